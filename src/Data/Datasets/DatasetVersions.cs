namespace Velodrome.Data.Datasets;

/// <summary>Queries for versions of datasets.</summary>
public static class DatasetVersions
{
    /// <summary>The versions of the dataset that has a name, the newest first. The newest one is never removed.</summary>
    public static IQueryable<Dataset> Newest(this IQueryable<Dataset> datasets, string name) =>
        datasets.Where(dataset => dataset.Name == name && dataset.RemovedAt == null).OrderByDescending(dataset => dataset.Version);

    /// <summary>A version and those before it, removed ones included, the oldest first: together, they have its rows.</summary>
    /// <param name="datasets">All complete versions.</param>
    /// <param name="dataset">A complete version.</param>
    public static IQueryable<Dataset> UpTo(this IQueryable<Dataset> datasets, Dataset dataset)
    {
        var first = dataset.FirstVersionId ?? dataset.Id;
        return datasets
            .Where(version => version.Version <= dataset.Version && (version.Id == first || version.FirstVersionId == first))
            .OrderBy(version => version.Version);
    }

    /// <summary>The newest version of each dataset.</summary>
    /// <param name="datasets">All complete versions.</param>
    public static IQueryable<Dataset> NewestOfEach(this IQueryable<Dataset> datasets) =>
        datasets.Where(dataset => !datasets.Any(other => other.Name == dataset.Name && other.Version > dataset.Version));
}

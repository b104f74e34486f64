using Microsoft.EntityFrameworkCore;

namespace Velodrome.Data.Datasets;

/// <summary>The old versions of a dataset, after some were removed.</summary>
/// <param name="Removed">Numbers of the versions that were removed now.</param>
/// <param name="InUse">Numbers of the versions that are old enough, and stay because runs use them.</param>
public sealed record RemovedVersions(IReadOnlyList<int> Removed, IReadOnlyList<int> InUse);

/// <content>Removes old versions.</content>
public sealed partial class DatasetStore
{
    /// <summary>The version that a request with an Idempotency-Key has appended, also if it was removed since; null for none.</summary>
    /// <param name="anyVersion">A version of the dataset.</param>
    /// <param name="key">The Idempotency-Key.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Dataset?> FindAppended(Dataset anyVersion, string key, CancellationToken cancellationToken)
    {
        var first = anyVersion.FirstVersionId ?? anyVersion.Id;
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Datasets.AsNoTracking().Where(version => version.FirstVersionId == first && version.RequestKey == key)
            .OrderBy(version => version.Version).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Removes the versions of a dataset that are older than a time, except for the newest one and those that runs use.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="before">Unix milliseconds.</param>
    public Task<RemovedVersions> RemoveVersions(string name, long before) => writer.Write(database =>
    {
        var old = Old(database, before).Where(version => version.Name == name);
        var unused = Unused(database, old);
        var removed = unused.Select(version => version.Version).Order().ToList();
        var inUse = old.Select(version => version.Version).Order().ToList().Except(removed).ToList();
        MarkRemoved(unused);
        return new RemovedVersions(removed, inUse);
    });

    /// <summary>Does what <see cref="RemoveVersions"/> does, for all datasets.</summary>
    /// <returns>How many versions were removed.</returns>
    public async Task<int> RemoveVersionsOfAll(long before)
    {
        await using var database = await contexts.CreateDbContextAsync();
        return await Unused(database, Old(database, before)).AnyAsync()
            ? await writer.Write(writing => MarkRemoved(Unused(writing, Old(writing, before)))) : 0;
    }

    private int MarkRemoved(IQueryable<Dataset> versions)
    {
        long? now = Now;
        return versions.ExecuteUpdate(row => row.SetProperty(row => row.RemovedAt, now));
    }

    private static IQueryable<Dataset> Old(TrainingDbContext database, long before) => database.Datasets.Where(version =>
        version.RemovedAt == null && version.CreatedAt < before
        && database.Datasets.Any(newer => newer.Name == version.Name && newer.Version > version.Version));

    private static IQueryable<Dataset> Unused(TrainingDbContext database, IQueryable<Dataset> versions) => versions.Where(version =>
        !database.Runs.IgnoreQueryFilters().Any(run =>
            run.DatasetId == version.Id || run.ValidationDatasetId == version.Id || run.TestDatasetId == version.Id));
}

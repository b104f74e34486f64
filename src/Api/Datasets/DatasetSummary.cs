using Velodrome.Data.Datasets;

namespace Velodrome.Api.Datasets;

/// <summary>The newest version of a dataset, without its profile.</summary>
/// <param name="Name">The name by which runs refer to it.</param>
/// <param name="Version">The number of the version.</param>
/// <param name="Bytes">Length of the CSV.</param>
/// <param name="Rows">Rows below the header.</param>
/// <param name="Columns">The columns' names, in the order of the file.</param>
/// <param name="CreatedAt">When this version was uploaded or appended.</param>
internal sealed record DatasetSummary(
    string Name, int Version, long Bytes, int Rows, IReadOnlyList<string> Columns, DateTimeOffset CreatedAt)
{
    public static DatasetSummary From(Dataset dataset) => new(dataset.Name, dataset.Version, dataset.Bytes, dataset.Rows,
        dataset.Columns.Select(column => column.Name).ToList(), DateTimeOffset.FromUnixTimeMilliseconds(dataset.CreatedAt));
}

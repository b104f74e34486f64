using Velodrome.Data.Datasets;

namespace Velodrome.Api.Datasets;

/// <summary>A dataset without its profile.</summary>
/// <param name="Name">The name by which runs refer to it.</param>
/// <param name="Bytes">Length of the CSV.</param>
/// <param name="Rows">Rows below the header.</param>
/// <param name="Columns">Their names, in the order of the file.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
internal sealed record DatasetSummary(string Name, long Bytes, int Rows, IReadOnlyList<string> Columns, DateTimeOffset CreatedAt)
{
    public static DatasetSummary From(Dataset dataset) => new(dataset.Name, dataset.Bytes, dataset.Rows,
        dataset.Columns.Select(column => column.Name).ToList(), DateTimeOffset.FromUnixTimeMilliseconds(dataset.CreatedAt));
}

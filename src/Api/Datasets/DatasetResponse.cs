using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>A dataset and its profile.</summary>
/// <param name="Name">The name by which runs refer to it.</param>
/// <param name="Sha256">SHA-256 of the CSV, lower-case hexadecimal.</param>
/// <param name="Bytes">Length of the CSV.</param>
/// <param name="Rows">Rows below the header.</param>
/// <param name="Columns">In the order of the file.</param>
/// <param name="Warnings">Properties that are allowed but rarely intended.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
internal sealed record DatasetResponse(
    string Name, string Sha256, long Bytes, int Rows,
    IReadOnlyList<ColumnProfile> Columns, IReadOnlyList<DatasetWarning> Warnings, DateTimeOffset CreatedAt)
{
    public static DatasetResponse From(Dataset dataset) => new(
        dataset.Name, dataset.Sha256, dataset.Bytes, dataset.Rows,
        dataset.Columns, dataset.Warnings, DateTimeOffset.FromUnixTimeMilliseconds(dataset.CreatedAt));
}

using System.Text.Json.Serialization;
using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>A version of a dataset, and its profile.</summary>
/// <param name="Name">The name by which runs refer to it.</param>
/// <param name="Version">From 1. Each time rows are appended, a new version is made.</param>
/// <param name="Sha256">SHA-256 of the CSV, lower-case hexadecimal.</param>
/// <param name="Bytes">Length of the CSV.</param>
/// <param name="Rows">Rows below the header.</param>
/// <param name="Columns">In the order of the file.</param>
/// <param name="Warnings">What was changed or guessed in the file, and properties that are allowed but rarely intended.</param>
/// <param name="Reading">How the file is understood; null for datasets that were uploaded before this was stored.</param>
/// <param name="CreatedAt">When this version was uploaded or appended.</param>
/// <param name="CreatedBy">The API key that did it. Missing if it was done without one.</param>
internal sealed record DatasetResponse(
    string Name, int Version, string Sha256, long Bytes, int Rows,
    IReadOnlyList<ColumnProfile> Columns, IReadOnlyList<DatasetWarning> Warnings, TableReading? Reading, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CreatedBy)
{
    public static DatasetResponse From(Dataset dataset) => new(
        dataset.Name, dataset.Version, dataset.Sha256, dataset.Bytes, dataset.Rows,
        dataset.Columns, dataset.Warnings, dataset.Reading, DateTimeOffset.FromUnixTimeMilliseconds(dataset.CreatedAt), dataset.Owner);
}

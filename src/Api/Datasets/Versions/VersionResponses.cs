using System.Text.Json.Serialization;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>One version of a dataset.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Rows">Rows below the header, with those of the versions before.</param>
/// <param name="Sha256">SHA-256 of the CSV, lower-case hexadecimal.</param>
/// <param name="Bytes">Length of the CSV.</param>
/// <param name="AddedBytes">Bytes of the CSV that are not those of the version before. Only they take disk space.</param>
/// <param name="CreatedAt">When it was uploaded or appended.</param>
/// <param name="CreatedBy">The API key that did it. Missing if it was done without one.</param>
/// <param name="Runs">How many runs are trained, validated or tested on it.</param>
internal sealed record DatasetVersion(
    int Version, int Rows, string Sha256, long Bytes, long AddedBytes, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CreatedBy, int Runs);

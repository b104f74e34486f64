using System.Text.Json.Serialization;
using Velodrome.Api.Http;
using Velodrome.Api.Problems;
using Velodrome.Data.Datasets.Imports;

namespace Velodrome.Api.Datasets.Imports;

/// <summary>An import that runs in the background, or has ended. Members that have no value yet are null.</summary>
/// <param name="Id">The import's number in all addresses.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Version">The version of the dataset that was stored.</param>
/// <param name="Status">What the import does now, or how it ended.</param>
/// <param name="ReceivedBytes">Bytes of the file that were received.</param>
/// <param name="TotalBytes">Length of the file.</param>
/// <param name="Rows">Rows that were read.</param>
/// <param name="Fraction">The part, 0 to 1, that is done of what the status names.</param>
/// <param name="CreatedAt">When the import was accepted.</param>
/// <param name="UpdatedAt">When the other members were stored, about once a second.</param>
/// <param name="FinishedAt">When the import ended.</param>
/// <param name="CreatedBy">The API key that started it. Missing if it was started without one.</param>
/// <param name="Error">Why it failed: the body that a request without `Prefer: respond-async` would have been refused with.</param>
/// <param name="Links">Paths of related operations.</param>
internal sealed record ImportResponse(
    long Id, string? Dataset, int? Version, ImportStatus Status, long ReceivedBytes, long? TotalBytes, int Rows, double? Fraction,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? FinishedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CreatedBy, Problem? Error, ImportLinks Links)
{
    public static ImportResponse From(DatasetImport import) => new(
        import.Id, import.DatasetName, import.DatasetVersion, import.Status, import.ReceivedBytes, import.TotalBytes, import.Rows,
        import.Fraction, DateTimeOffset.FromUnixTimeMilliseconds(import.CreatedAt),
        DateTimeOffset.FromUnixTimeMilliseconds(import.UpdatedAt),
        import.FinishedAt is { } finished ? DateTimeOffset.FromUnixTimeMilliseconds(finished) : null, import.Owner,
        import.Errors is { } errors ? Problem.Of(errors) : null, ImportLinks.Of(import));
}

/// <summary>Paths of the operations on an import.</summary>
/// <param name="Self">The import.</param>
/// <param name="Cancel">Cancels it.</param>
/// <param name="Dataset">The stored dataset; null until the import has succeeded.</param>
internal sealed record ImportLinks(ApiPath Self, ApiPath Cancel, ApiPath? Dataset)
{
    public static ImportLinks Of(DatasetImport import) => new(
        PathOf(import.Id), $"{PathOf(import.Id)}/cancel",
        import.DatasetVersion is { } version
            ? new ApiPath($"/api/v1/datasets/{Uri.EscapeDataString(import.DatasetName!)}?version={version}") : default(ApiPath?));

    public static string PathOf(long id) => $"/api/v1/imports/{id}";
}

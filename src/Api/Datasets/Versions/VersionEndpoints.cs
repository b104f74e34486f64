using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Access;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Quotas;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>Append rows to a dataset, list its versions, and remove old ones.</summary>
internal static class VersionEndpoints
{
    public static void MapVersions(this IEndpointRouteBuilder datasets)
    {
        datasets.MapPost("/{name}/rows", Append).WithName("appendDatasetRows")
            .AcceptsDataset().WithParameterExample("name", "my-hours")
            .Refuses("datasetNotFound", "versionNotFound", "columnsDiffer", "notInEncoding", "notAppendable", "versionConflict",
                "idempotencyKeyReused", "quotaExceeded", "datasetDamaged")
            .LimitsUploads();
        datasets.MapGet("/{name}/versions", List).WithName("listDatasetVersions")
            .WithParameterExample("name", "study-hours").Refuses("datasetNotFound", "outOfRange", "wrongType", "invalidPageToken");
        datasets.MapDelete("/{name}/versions", Remove).WithName("removeDatasetVersions")
            .WithParameterExample("name", "study-hours").WithParameterExample("olderThan", "2026-01-01T00:00:00Z")
            .Refuses("datasetNotFound", "missingField", "wrongType");
    }

    /// <summary>Append rows to a dataset, as a new version.</summary>
    /// <remarks>
    /// Takes what POST /datasets takes. The rows need the columns of the dataset, by their names in any order; their cells are read as
    /// those of the dataset. Rows that do not fit are refused, and none of them is stored. Runs keep the version that they were trained on;
    /// a new run uses the newest one unless it names another. Of the options, only those apply that divide a CSV into rows and fields.
    /// With the header Idempotency-Key, a repeated request does not append its rows twice.
    /// </remarks>
    /// <param name="name">The dataset's name.</param>
    /// <param name="options">How the text of a CSV is divided into rows and fields, as JSON. What is left out is detected.</param>
    /// <param name="sheet">For Excel: the name of the sheet. Default: the first one with values.</param>
    /// <param name="range">For Excel: the cells to read, such as B2:F100, or B2:F for all rows from the second on.</param>
    /// <param name="dryRun">Whether everything is checked and nothing is stored. The answer is then 200. Default false.</param>
    /// <response code="201">Stored. The profile describes all rows of the new version.</response>
    /// <response code="200">The request was sent before with this Idempotency-Key, or dryRun is true.</response>
    private static async Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>>> Append(
        string name, HttpRequest request, DatasetUpload upload, DatasetAppender appender, TrainingDbContext database,
        CancellationToken cancellationToken, string? options = null, string? sheet = null, string? range = null, bool dryRun = false,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey = null)
    {
        var key = idempotencyKey is null ? null : RequestKeys.Check(idempotencyKey);
        await database.Find(name, version: null, cancellationToken); // before the rows are received
        var received = await upload.Receive(
            request, name: null, options, new(sheet, range), needsName: false, cancellationToken, takesName: false);
        await using (received.Table)
        {
            var (version, isNew) = await appender.Append(
                name, received, key, request.HttpContext.CallerKey(), dryRun, cancellationToken);
            var response = DatasetResponse.From(version);
            return isNew
                ? TypedResults.Created($"/api/v1/datasets/{Uri.EscapeDataString(name)}?version={version.Version}", response)
                : TypedResults.Ok(response);
        }
    }

    /// <summary>List the versions of a dataset, newest first.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="pageSize">The most versions to return, 1 to 1000. Default 100.</param>
    /// <param name="pageToken">The nextPageToken of the previous page.</param>
    private static async Task<Ok<Page<DatasetVersion>>> List(
        string name, TrainingDbContext database, CancellationToken cancellationToken, [Range(1, 1000)] int pageSize = 100,
        string? pageToken = null)
    {
        var before = PageToken.Read(pageToken)?.Id ?? long.MaxValue;
        await database.Find(name, version: null, cancellationToken);
        var found = await database.Datasets.Newest(name).Where(version => version.Version < before)
            .Take(pageSize + 1)
            .Select(version => new
            {
                version.Version,
                version.Rows,
                version.Sha256,
                version.Bytes,
                version.SharedBytes,
                version.CreatedAt,
                version.Owner,
                Runs = database.Runs.Count(run =>
                    run.DatasetId == version.Id || run.ValidationDatasetId == version.Id || run.TestDatasetId == version.Id),
            })
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Create(found, pageSize, version => new PageToken(version.Version), version => new DatasetVersion(
            version.Version, version.Rows, version.Sha256, version.Bytes, version.Bytes - version.SharedBytes,
            DateTimeOffset.FromUnixTimeMilliseconds(version.CreatedAt), version.Owner, version.Runs)));
    }

    /// <summary>Remove old versions of a dataset.</summary>
    /// <remarks>
    /// The newest version stays, and so does each version that a run uses. A removed version is no longer listed, and no new run can use
    /// it. Its rows stay on the disk, because they are the first rows of the later versions too.
    /// </remarks>
    /// <param name="name">The dataset's name.</param>
    /// <param name="olderThan">Versions that were made before this time are removed, such as 2026-01-01T00:00:00Z. Without an offset it is
    /// UTC.</param>
    private static async Task<Ok<RemovedVersions>> Remove(
        string name, QueryTime olderThan, TrainingDbContext database, DatasetStore store, CancellationToken cancellationToken)
    {
        await database.Find(name, version: null, cancellationToken);
        return TypedResults.Ok(await store.RemoveVersions(name, olderThan.Value.ToUnixTimeMilliseconds()));
    }
}

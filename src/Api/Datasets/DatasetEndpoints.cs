using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Access;
using Velodrome.Api.Datasets.Formats.Export;
using Velodrome.Api.Datasets.Formats.Import;
using Velodrome.Api.Datasets.Imports;
using Velodrome.Api.Datasets.Versions;
using Velodrome.Api.Http;
using Velodrome.Api.Memory;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Quotas;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>Upload, read and delete datasets.</summary>
internal static class DatasetEndpoints
{
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets");
        datasets.MapPost("/", Create).WithName("createDataset")
            .AcceptsDataset().WithParameterExample("name", "my-hours").Refuses("datasetExists", "quotaExceeded")
            .LimitsUploads();
        datasets.MapPost("/preview", Preview).WithName("previewDataset")
            .AcceptsDataset().WithParameterExample("options", """{ "delimiter": "comma", "columns": { "hours": { "kind": "number" } } }""")
            .ChangesNothing().LimitsUploads();
        datasets.MapImport();
        datasets.MapGet("/", List).WithName("listDatasets")
            .Refuses("outOfRange", "wrongType", "invalidPageToken");
        datasets.MapGet("/{name}", Get).WithName("getDataset")
            .WithParameterExample("name", "study-hours").Refuses("datasetNotFound", "versionNotFound", "outOfRange", "wrongType");
        datasets.MapGet("/{name}/rows", Rows).WithName("getDatasetRows")
            .WithParameterExample("name", "study-hours")
            .Refuses("datasetNotFound", "versionNotFound", "outOfRange", "wrongType", "datasetDamaged");
        datasets.MapGet("/{name}/csv", Csv).WithName("getDatasetCsv")
            .WithParameterExample("name", "study-hours")
            .Refuses("datasetNotFound", "versionNotFound", "outOfRange", "wrongType", "datasetDamaged");
        datasets.MapExports();
        datasets.MapVersions();
        datasets.MapDelete("/{name}", Delete).WithName("deleteDataset")
            .Refuses("datasetNotFound", "datasetInUse");
    }

    /// <summary>Upload a dataset.</summary>
    /// <remarks>
    /// Send CSV as the body or in a form, or JSON rows. How the file is read (encoding, delimiter, header, the kind of each column) is
    /// detected; whatever was changed or guessed is among the warnings. POST /datasets/preview shows it before anything is stored.
    /// Uploading the same table under the same name again returns the stored dataset.
    /// Parquet, Excel (.xlsx), Arrow and NDJSON are converted to CSV. A file may be compressed with gzip, or be the only one in a zip
    /// archive.
    /// With the header Prefer: respond-async the response is 202 as soon as the file is received. The import goes on in the background;
    /// GET /imports/{id} shows how far it is. With Prefer: respond-async, wait=5 that happens only if it takes longer than 5 seconds.
    /// </remarks>
    /// <param name="name">
    /// 1 to 100 letters, digits, spaces, dots, hyphens, underscores and parentheses. Optional with a form that contains it.
    /// </param>
    /// <param name="options">How the file is to be read, as JSON. What is left out is detected.</param>
    /// <param name="sheet">For Excel: the name of the sheet. Default: the first one with values.</param>
    /// <param name="range">For Excel: the cells to read, such as B2:F100, or B2:F for all rows from the second on.</param>
    /// <param name="dryRun">Whether everything is checked and nothing is stored. The answer is then 200. Default false.</param>
    /// <response code="201">Stored. The profile describes each column.</response>
    /// <response code="200">The same table is already stored under this name, or dryRun is true.</response>
    /// <response code="202">Received. The Location header contains the address of the import.</response>
    private static async Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>, Accepted<ImportResponse>>> Create(
        string? name, HttpRequest request, DatasetUpload upload, FileImports imports, CancellationToken cancellationToken,
        string? options = null, string? sheet = null, string? range = null, bool dryRun = false)
    {
        var wait = request.PreferredWaitBeforeAsync();
        var file = await upload.ReceiveFile(request, name, options, new(sheet, range), needsName: true, cancellationToken);
        if (dryRun)
        {
            var dataset = await imports.Check(file, request.HttpContext.CallerKey(), cancellationToken);
            return TypedResults.Ok(DatasetResponse.From(dataset));
        }

        return await imports.Import(request.HttpContext, wait, file, cancellationToken);
    }

    /// <summary>Show how a file is understood, without storing it.</summary>
    /// <remarks>
    /// Takes what POST /datasets takes. The answer says what was detected, how certain it is and why, and what has to be decided before
    /// the file can be stored. Every item can be set in the options. All rows are read, so the warnings are those that the dataset would
    /// have.
    /// </remarks>
    /// <param name="options">How the file is to be read, as JSON. What is left out is detected.</param>
    /// <param name="sheet">For Excel: the name of the sheet. Default: the first one with values.</param>
    /// <param name="range">For Excel: the cells to read, such as B2:F100, or B2:F for all rows from the second on.</param>
    /// <param name="rows">The most rows to return, 1 to 100. Default 20.</param>
    private static async Task<Ok<DatasetPreview>> Preview(
        HttpRequest request, DatasetUpload upload, DatasetImporter importer, MemoryBudget memory, CancellationToken cancellationToken,
        string? options = null, string? sheet = null, string? range = null, [Range(1, 100)] int rows = 20)
    {
        var received = await upload.Receive(request, name: null, options, new(sheet, range), needsName: false, cancellationToken);
        await using (received.Table)
        {
            var csv = received.Table.Csv;
            var (understood, warnings) = await importer.Preview(csv, received.Settings, cancellationToken);
            request.HttpContext.Response.RegisterForDispose(
                await memory.ReserveForRequest(DatasetPreview.MemoryOf(understood.Scan, rows), cancellationToken));
            return TypedResults.Ok(DatasetPreview.Read(csv, understood, warnings, rows));
        }
    }

    /// <summary>List datasets, oldest first.</summary>
    /// <param name="pageSize">The most datasets to return, 1 to 1000. Default 100.</param>
    /// <param name="pageToken">The nextPageToken of the previous page.</param>
    private static async Task<Ok<Page<DatasetSummary>>> List(
        TrainingDbContext database, CancellationToken cancellationToken, [Range(1, 1000)] int pageSize = 100, string? pageToken = null)
    {
        var after = PageToken.Read(pageToken)?.Id ?? 0;
        var found = await database.Datasets.NewestOfEach().AsNoTracking()
            .Where(dataset => (dataset.FirstVersionId ?? dataset.Id) > after)
            .OrderBy(dataset => dataset.FirstVersionId ?? dataset.Id)
            .Take(pageSize + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Create(
            found, pageSize, dataset => new PageToken(dataset.FirstVersionId ?? dataset.Id), DatasetSummary.From));
    }

    /// <summary>Show a dataset's profile.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="version">The number of the version. Default: the newest.</param>
    private static async Task<Ok<DatasetResponse>> Get(
        string name, TrainingDbContext database, CancellationToken cancellationToken, [Range(1, int.MaxValue)] int? version = null) =>
        TypedResults.Ok(DatasetResponse.From(await database.Find(name, version, cancellationToken)));

    /// <summary>Show some of a dataset's rows.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="offset">Number of the first row to return, from 0. Default 0.</param>
    /// <param name="limit">The most rows to return, 1 to 1000. Default 20.</param>
    /// <param name="version">The number of the version. Default: the newest.</param>
    private static async Task<Ok<DatasetRows>> Rows(
        string name, TrainingDbContext database, DatasetReader reader, MemoryBudget memory, HttpContext http,
        CancellationToken cancellationToken, [Range(0, int.MaxValue)] int offset = 0, [Range(1, 1000)] int limit = 20,
        [Range(1, int.MaxValue)] int? version = null)
    {
        var dataset = await database.Find(name, version, cancellationToken);
        http.Response.RegisterForDispose(await memory.ReserveForRequest(
            DatasetRows.MemoryOf(dataset.Columns.Count, Math.Min(limit, dataset.Rows)), cancellationToken));
        using var csv = reader.OpenCsv(dataset);
        return TypedResults.Ok(DatasetRows.Read(csv, dataset.ReadingOrDefault, dataset.Rows, offset, limit));
    }

    /// <summary>Download a dataset as CSV.</summary>
    /// <remarks>
    /// Byte for byte what was uploaded, if that was CSV. Rows that were appended follow, written as the uploaded file is.
    /// </remarks>
    /// <param name="name">The dataset's name.</param>
    /// <param name="version">The number of the version. Default: the newest.</param>
    private static async Task<FileStreamHttpResult> Csv(
        string name, TrainingDbContext database, DatasetReader reader, CancellationToken cancellationToken,
        [Range(1, int.MaxValue)] int? version = null)
    {
        var dataset = await database.Find(name, version, cancellationToken);
        reader.Verify(dataset, cancellationToken); // once a response has begun, it can't be refused
        var encoding = dataset.ReadingOrDefault.Dialect.Encoding;
        var type = encoding == TextEncoding.Utf8 ? DatasetUpload.Csv : $"{DatasetUpload.Csv}; charset={CodePages.NameOf(encoding)}";
        return TypedResults.Stream(reader.OpenCsv(dataset), type, $"{dataset.Name}.csv");
    }

    /// <summary>Delete all versions of a dataset that no run uses.</summary>
    /// <param name="name">The dataset's name.</param>
    private static async Task<NoContent> Delete(
        string name, TrainingDbContext database, DatasetStore store, CancellationToken cancellationToken)
    {
        var dataset = await database.Find(name, version: null, cancellationToken);
        var runs = await store.Delete(dataset.Id, BundledDatasets.Contains(name) ? name : null);
        return runs.Count == 0 ? TypedResults.NoContent() : throw InUse(name, runs);
    }

    private static RefusedException InUse(string name, IReadOnlyList<long> runs)
    {
        var subject = (runs.Count == 1 ? "Run " : "Runs ") + string.Join(", ", runs);
        var more = runs.Count == DatasetStore.MaxRunsReturned ? " and perhaps others" : "";
        return new("datasetInUse", "name",
            $"{subject}{more} used '{name}' and could not be compared or repeated without it. Delete the runs first.");
    }

    /// <param name="database">Only read from.</param>
    /// <param name="name">The dataset's name.</param>
    /// <param name="version">The number of the version; null for the newest.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <param name="field">Where the request names the version.</param>
    /// <exception cref="RefusedException"><c>datasetNotFound</c>, <c>versionNotFound</c>.</exception>
    internal static async Task<Dataset> Find(
        this TrainingDbContext database, string name, int? version, CancellationToken cancellationToken, string field = "version")
    {
        var versions = database.Datasets.AsNoTracking().Newest(name);
        if (await versions.FirstOrDefaultAsync(known => version == null || known.Version == version, cancellationToken) is { } found)
        {
            return found;
        }

        if (await versions.FirstOrDefaultAsync(cancellationToken) is { } newest)
        {
            throw new RefusedException("versionNotFound", field,
                $"Dataset \"{name}\" has no version {version}, or it was removed. The newest is {newest.Version}. " +
                $"GET /api/v1/datasets/{Uri.EscapeDataString(name)}/versions lists all versions.");
        }

        var names = await database.Datasets.Select(dataset => dataset.Name).Distinct().ToListAsync(cancellationToken);
        throw new RefusedException("datasetNotFound", "name",
            $"There is no dataset \"{name}\".{NearestName.Suggestion(name, names)} GET /api/v1/datasets lists all datasets.");
    }
}

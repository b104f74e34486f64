using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.Datasets.Imports;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Api.Quotas;
using Velodrome.Data.Datasets.Imports;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Formats.Import;

/// <summary>A file to import.</summary>
public sealed record ImportRequest
{
    /// <summary>The file's address, on a host that the service's setting ImportHosts names.</summary>
    public required string Url { get; init; }

    /// <summary>The dataset's name. Default: the file's name without its extension.</summary>
    public string? Name { get; init; }

    /// <summary>For Excel: the name of the sheet. Default: the first one with values.</summary>
    public string? Sheet { get; init; }

    /// <summary>For Excel: the cells to read, such as B2:F100, or B2:F for all rows from the second on.</summary>
    public string? Range { get; init; }

    /// <summary>How the file is to be read. What is left out is detected.</summary>
    public ReadingOptions? Options { get; init; }
}

/// <summary>Imports a dataset from another server.</summary>
internal static class ImportEndpoint
{
    public static void MapImport(this IEndpointRouteBuilder datasets) => datasets.MapPost("/import", Import)
        .WithName("importDataset")
        .WithBodyExample("application/json", """{ "url": "https://data.example.org/hours.parquet", "name": "hours" }""")
        .Refuses(RefusalCodes.JsonBody).Refuses(RefusalCodes.Csv).Refuses(RefusalCodes.Reading).Refuses(RefusalCodes.Files)
        .Refuses("importHostNotAllowed", "importFailed", "invalidName", "datasetExists", "numberTooLarge", "noColumns", "unknownColumn",
            "nestedValue", "unknownValue", "notApplicable", "quotaExceeded", "outOfRange")
        .LimitsUploads();

    /// <summary>Import a dataset from a URL.</summary>
    /// <remarks>
    /// The service downloads the file and stores it like an upload of the same format. It calls only the hosts in its setting ImportHosts,
    /// which is empty by default. It follows redirects only to those hosts, and never connects to a private address.
    /// With the header Prefer: respond-async the response is 202 at once, and GET /imports/{id} shows how far the import is.
    /// </remarks>
    /// <param name="request">The file.</param>
    /// <response code="201">Stored. The profile describes each column.</response>
    /// <response code="200">The same table is already stored under this name.</response>
    /// <response code="202">Accepted. The Location header contains the address of the import.</response>
    private static Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>, Accepted<ImportResponse>>> Import(
        ImportRequest request, HttpContext http, RemoteFiles files, FileImports imports, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(request.Url, UriKind.Absolute, out var url) || !ImportHosts.IsWeb(url))
        {
            throw new RefusedException(
                "importFailed", "url", "url is not an address of the web. Send one such as https://data.example.org/hours.csv.");
        }

        var wait = http.Request.PreferredWaitBeforeAsync();
        request.Options?.Check();
        var name = request.Name is null ? null : DatasetName.Check(request.Name);
        files.RefuseOtherHosts(url);
        return imports.Import(
            http, wait, new(ImportStatus.Receiving, name, ReceivedBytes: 0, TotalBytes: null, Rows: 0, Fraction: null),
            (progress, cancellation) => Receive(request, url, files, progress, cancellation), cancellationToken);
    }

    private static async Task<ReceivedFile> Receive(
        ImportRequest request, Uri url, RemoteFiles files, ImportProgress? progress, CancellationToken cancellationToken)
    {
        var (file, hint) = await files.Download(url, progress is null ? null : progress.Receive, cancellationToken);
        try
        {
            var name = DatasetName.Check(request.Name ?? DatasetUpload.WithoutExtensions(hint.FileName));
            return new(name, file, hint, new(request.Sheet, request.Range), request.Options ?? new());
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}

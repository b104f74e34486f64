using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Data;
using Velodrome.Data.Datasets;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>Tables: upload, look at, delete.</summary>
internal static class DatasetEndpoints
{
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets");
        datasets.MapPost("/", Create).WithName("createDataset").TakesDataset().WithParameterExample("name", "my-hours")
            .Refuses(RefusalCodes.Csv).Refuses("missingField", "invalidName", "datasetExists", "emptyBody", "nulByte", "numberTooLarge",
                "malformedJson", "noColumns", "unknownColumn", "duplicateField", "unknownField", "wrongType", "nestedValue", "malformedForm",
                "bodyTooLarge", "unsupportedMediaType");
        datasets.MapGet("/", List).WithName("listDatasets").Refuses("outOfRange", "wrongType", "invalidPageToken");
        datasets.MapGet("/{name}", Get).WithName("getDataset").WithParameterExample("name", "study-hours").Refuses("datasetNotFound");
        datasets.MapGet("/{name}/rows", Rows).WithName("getDatasetRows").WithParameterExample("name", "study-hours").Refuses("datasetNotFound", "outOfRange", "wrongType");
        datasets.MapGet("/{name}/csv", Csv).WithName("getDatasetCsv").WithParameterExample("name", "study-hours").Refuses("datasetNotFound");
        datasets.MapDelete("/{name}", Delete).WithName("deleteDataset").Refuses("datasetNotFound", "datasetInUse");
    }

    /// <summary>Upload a table.</summary>
    /// <remarks>CSV as the body or in a form, or JSON rows. The same table under the same name again is answered with what is stored.</remarks>
    /// <param name="name">Letters, digits, dots, hyphens and underscores, at most 100. In a form it may be left out for the file's name.</param>
    /// <response code="201">Stored; the profile says what stands in each column.</response>
    /// <response code="200">The same table was stored under this name before.</response>
    private static async Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>>> Create(
        string? name, HttpRequest request, DatasetUpload upload, DatasetImport import, CancellationToken cancellationToken)
    {
        var (checkedName, csv) = await upload.Receive(request, name, cancellationToken);
        await using (csv)
        {
            var (dataset, isNew) = await import.Import(checkedName, csv);
            var response = DatasetResponse.From(dataset);
            return isNew ? TypedResults.Created($"/api/v1/datasets/{dataset.Name}", response) : TypedResults.Ok(response);
        }
    }

    /// <summary>List the datasets, the oldest first.</summary>
    /// <param name="pageSize">At most this many.</param>
    /// <param name="pageToken">The nextPageToken of the page before.</param>
    private static async Task<Ok<Page<DatasetSummary>>> List(
        TrainingDbContext database, CancellationToken cancellationToken, [Range(1, 1000)] int pageSize = 100, string? pageToken = null)
    {
        var after = PageToken.Read(pageToken)?.Id ?? 0;
        var found = await database.Datasets.AsNoTracking().Where(dataset => dataset.Id > after).OrderBy(dataset => dataset.Id).Take(pageSize + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Create(found, pageSize, dataset => new PageToken(dataset.Id), DatasetSummary.From));
    }

    /// <summary>Show a dataset's profile.</summary>
    /// <param name="name">What it was uploaded as.</param>
    private static async Task<Ok<DatasetResponse>> Get(string name, TrainingDbContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(DatasetResponse.From(await database.Find(name, cancellationToken)));

    /// <summary>Show some of a dataset's rows.</summary>
    /// <param name="name">What it was uploaded as.</param>
    /// <param name="offset">Number of the first row to show; the first of all is 0.</param>
    /// <param name="limit">At most this many.</param>
    private static async Task<Ok<DatasetPreview>> Rows(string name, TrainingDbContext database, DatasetReader reader, CancellationToken cancellationToken,
        [Range(0, int.MaxValue)] int offset = 0, [Range(1, 1000)] int limit = 20)
    {
        var dataset = await database.Find(name, cancellationToken);
        using var csv = reader.OpenCsv(dataset.Id);
        return TypedResults.Ok(DatasetPreview.Read(csv, DatasetReader.ColumnsOf(dataset), dataset.Rows, offset, limit));
    }

    /// <summary>Download a dataset as CSV, as it was uploaded.</summary>
    /// <param name="name">What it was uploaded as.</param>
    private static async Task<FileStreamHttpResult> Csv(string name, TrainingDbContext database, DatasetReader reader, CancellationToken cancellationToken)
    {
        var dataset = await database.Find(name, cancellationToken);
        return TypedResults.Stream(reader.OpenCsv(dataset.Id), DatasetUpload.Csv, $"{dataset.Name}.csv");
    }

    /// <summary>Delete a dataset.</summary>
    /// <param name="name">What it was uploaded as.</param>
    private static async Task<NoContent> Delete(string name, TrainingDbContext database, DatabaseWriter writer, CancellationToken cancellationToken)
    {
        var dataset = await database.Find(name, cancellationToken);
        await writer.Write(database =>
        {
            RefuseIfUsed(database, dataset);
            database.Datasets.Where(found => found.Id == dataset.Id).ExecuteDelete();
        });
        return TypedResults.NoContent();
    }

    private static void RefuseIfUsed(TrainingDbContext database, Dataset dataset)
    {
        var runs = database.Runs
            .Where(run => run.DatasetId == dataset.Id || run.ValidationDatasetId == dataset.Id || run.TestDatasetId == dataset.Id)
            .OrderBy(run => run.Id).Select(run => run.Id).Take(10).ToList();
        if (runs.Count > 0)
        {
            throw new RefusedException("datasetInUse", "name",
                $"'{dataset.Name}' is what {(runs.Count == 10 ? "runs" : runs.Count == 1 ? "run" : "runs")} {string.Join(", ", runs)}{(runs.Count == 10 ? " and perhaps more" : "")} learnt from, and without it they could be neither compared nor repeated. Delete those first.");
        }
    }

    private static async Task<Dataset> Find(this TrainingDbContext database, string name, CancellationToken cancellationToken)
    {
        if (await database.Datasets.AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Name == name, cancellationToken) is { } found)
        {
            return found;
        }

        var names = await database.Datasets.Select(dataset => dataset.Name).ToListAsync(cancellationToken);
        throw new RefusedException("datasetNotFound", "name", $"There is no dataset \"{name}\".{NearestName.Suggestion(name, names)} GET /api/v1/datasets lists them all.");
    }
}

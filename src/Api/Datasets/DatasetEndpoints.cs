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

/// <summary>Upload, read and delete datasets.</summary>
internal static class DatasetEndpoints
{
    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets");
        datasets.MapPost("/", Create).WithName("createDataset")
            .AcceptsDataset().WithParameterExample("name", "my-hours").Refuses(RefusalCodes.Csv)
            .Refuses("missingField", "invalidName", "datasetExists", "bodyTooLarge", "unsupportedMediaType", "emptyBody", "nulByte",
                "numberTooLarge", "malformedJson", "wrongType", "noColumns", "unknownColumn", "duplicateField", "nestedValue",
                "malformedForm", "unknownField");
        datasets.MapGet("/", List).WithName("listDatasets")
            .Refuses("outOfRange", "wrongType", "invalidPageToken");
        datasets.MapGet("/{name}", Get).WithName("getDataset")
            .WithParameterExample("name", "study-hours").Refuses("datasetNotFound");
        datasets.MapGet("/{name}/rows", Rows).WithName("getDatasetRows")
            .WithParameterExample("name", "study-hours").Refuses("datasetNotFound", "outOfRange", "wrongType");
        datasets.MapGet("/{name}/csv", Csv).WithName("getDatasetCsv")
            .WithParameterExample("name", "study-hours").Refuses("datasetNotFound");
        datasets.MapDelete("/{name}", Delete).WithName("deleteDataset")
            .Refuses("datasetNotFound", "datasetInUse");
    }

    /// <summary>Upload a dataset.</summary>
    /// <remarks>
    /// Send CSV as the body or in a form, or JSON rows. Uploading the same table under the same name again returns the stored dataset.
    /// </remarks>
    /// <param name="name">1 to 100 letters, digits, dots, hyphens and underscores. Optional with a form that contains it.</param>
    /// <response code="201">Stored. The profile describes each column.</response>
    /// <response code="200">The same table is already stored under this name.</response>
    private static async Task<Results<Created<DatasetResponse>, Ok<DatasetResponse>>> Create(
        string? name, HttpRequest request, DatasetUpload upload, DatasetImporter importer, CancellationToken cancellationToken)
    {
        var (checkedName, csv) = await upload.Receive(request, name, cancellationToken);
        await using (csv)
        {
            var (dataset, isNew) = await importer.Import(checkedName, csv, cancellationToken);
            var response = DatasetResponse.From(dataset);
            return isNew ? TypedResults.Created($"/api/v1/datasets/{dataset.Name}", response) : TypedResults.Ok(response);
        }
    }

    /// <summary>List datasets, oldest first.</summary>
    /// <param name="pageSize">The most datasets to return, 1 to 1000. Default 100.</param>
    /// <param name="pageToken">The nextPageToken of the previous page.</param>
    private static async Task<Ok<Page<DatasetSummary>>> List(
        TrainingDbContext database, CancellationToken cancellationToken, [Range(1, 1000)] int pageSize = 100, string? pageToken = null)
    {
        var after = PageToken.Read(pageToken)?.Id ?? 0;
        var found = await database.Datasets.AsNoTracking()
            .Where(dataset => dataset.Id > after)
            .OrderBy(dataset => dataset.Id)
            .Take(pageSize + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page.Create(found, pageSize, dataset => new PageToken(dataset.Id), DatasetSummary.From));
    }

    /// <summary>Show a dataset's profile.</summary>
    /// <param name="name">The dataset's name.</param>
    private static async Task<Ok<DatasetResponse>> Get(string name, TrainingDbContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(DatasetResponse.From(await database.Find(name, cancellationToken)));

    /// <summary>Show some of a dataset's rows.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="offset">Number of the first row to return, from 0. Default 0.</param>
    /// <param name="limit">The most rows to return, 1 to 1000. Default 20.</param>
    private static async Task<Ok<DatasetPreview>> Rows(
        string name, TrainingDbContext database, DatasetReader reader, CancellationToken cancellationToken,
        [Range(0, int.MaxValue)] int offset = 0, [Range(1, 1000)] int limit = 20)
    {
        var dataset = await database.Find(name, cancellationToken);
        using var csv = reader.OpenCsv(dataset.Id);
        return TypedResults.Ok(DatasetPreview.Read(csv, DatasetReader.ColumnsOf(dataset), dataset.Rows, offset, limit));
    }

    /// <summary>Download a dataset as CSV.</summary>
    /// <remarks>Byte for byte what was uploaded, if that was CSV.</remarks>
    /// <param name="name">The dataset's name.</param>
    private static async Task<FileStreamHttpResult> Csv(
        string name, TrainingDbContext database, DatasetReader reader, CancellationToken cancellationToken)
    {
        var dataset = await database.Find(name, cancellationToken);
        return TypedResults.Stream(reader.OpenCsv(dataset.Id), DatasetUpload.Csv, $"{dataset.Name}.csv");
    }

    /// <summary>Delete a dataset that no run uses.</summary>
    /// <param name="name">The dataset's name.</param>
    private static async Task<NoContent> Delete(
        string name, TrainingDbContext database, DatasetStore store, CancellationToken cancellationToken)
    {
        var dataset = await database.Find(name, cancellationToken);
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

    private static async Task<Dataset> Find(this TrainingDbContext database, string name, CancellationToken cancellationToken)
    {
        if (await database.Datasets.AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Name == name, cancellationToken) is { } found)
        {
            return found;
        }

        var names = await database.Datasets.Select(dataset => dataset.Name).ToListAsync(cancellationToken);
        throw new RefusedException("datasetNotFound", "name",
            $"There is no dataset \"{name}\".{NearestName.Suggestion(name, names)} GET /api/v1/datasets lists all datasets.");
    }
}

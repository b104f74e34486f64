using System.ComponentModel.DataAnnotations;
using Velodrome.Api.OpenApi;
using Velodrome.Data;

namespace Velodrome.Api.Datasets.Formats.Export;

/// <summary>Downloads of a dataset in formats other than CSV.</summary>
internal static class ExportEndpoints
{
    public static void MapExports(this IEndpointRouteBuilder datasets)
    {
        foreach (var names in TableFormats.All.Where(names => names.Format != TableFormat.Csv))
        {
            var format = names.Format;
            datasets.MapGet($"/{{name}}/{format.ToString().ToLowerInvariant()}",
                (string name, TrainingDbContext database, DatasetReader reader, FileExport export, CancellationToken cancellationToken,
                    [Range(1, int.MaxValue)] int? version = null) =>
                    Get(format, name, version, database, reader, export, cancellationToken))
                .WithName($"getDataset{format}")
                .WithSummary($"Download a dataset as {names.Name}.")
                .WithDescription("Values have the types of the dataset's columns; missing ones are null or empty.")
                .Produces(StatusCodes.Status200OK, contentType: names.MediaTypes[0])
                .WithParameterExample("name", "study-hours")
                .Refuses("datasetNotFound", "versionNotFound", "outOfRange", "wrongType", "datasetDamaged", "tooLargeForFormat");
        }
    }

    private static async Task<IResult> Get(
        TableFormat format, string name, int? version, TrainingDbContext database, DatasetReader reader, FileExport export,
        CancellationToken cancellationToken)
    {
        var dataset = await database.Find(name, version, cancellationToken);
        await using var csv = reader.OpenCsv(dataset);
        return await export.Answer(csv, dataset.Bytes, dataset.ReadingOrDefault, format, dataset.Name, cancellationToken);
    }
}

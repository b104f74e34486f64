using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Access;
using Velodrome.Api.Datasets;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Datasets.Formats.Export;
using Velodrome.Api.Drift;
using Velodrome.Api.Memory;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Predictions;

/// <summary>
/// Predicts a whole file: the response is the same table with columns added, in the same format or in one that is asked for.
/// </summary>
internal static class CsvPredictionEndpoint
{
    public static void MapCsvPredictions(this IEndpointRouteBuilder routes) => routes.MapPost("/runs/{id:long}/predictions", Predict)
        .WithMetadata(new AcceptsMetadata(TableFormats.FileTypes)).ExcludeFromDescription().ChangesNothing()
        .WithOrder(1) // without a Content-Type both operations match, and the one for JSON then refuses the request
        .Refuses(RefusalCodes.Csv).Refuses(RefusalCodes.Files).Refuses(RefusalCodes.JsonRows)
        .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingColumn", "wrongType", "outOfRange",
            "notApplicable", "emptyBody", "unsupportedMediaType", "bodyTooLarge", "modelDamaged", "unknownValue");

    /// <summary>
    /// Writes the response to a temporary file and sends it after the last row is predicted. So a mistake in the last row still leads to
    /// an error response instead of half a file.
    /// </summary>
    private static async Task<IResult> Predict(
        long id, HttpRequest http, ModelCache models, DatasetUpload upload, Spool spool, FileExport export, MemoryBudget memory,
        PredictionInputRecorder inputs, CancellationToken cancellationToken,
        double? level = null, bool disagreement = false, string? format = null, string? sheet = null, string? range = null)
    {
        var asked = AskedFormat.Of(http, format);
        var served = await models.GetServed(id, cancellationToken);
        var predictor = new CsvPredictor(served.Model, served.Reading, PredictionOptions.Resolve(level, disagreement, served.Model));
        await using var input = await upload.ReceiveTable(http, new(sheet, range), cancellationToken);
        var answered = asked ?? input.Format;
        var output = spool.Create();
        try
        {
            var written = await WritePredictions(predictor, input, output, answered, memory, cancellationToken);
            if (predictor.InputCounts is { } counts)
            {
                inputs.Add(id, predictor.Rows, counts);
            }

            return await export.Answer(output, written, answered, "predictions", cancellationToken);
        }
        catch
        {
            await output.DisposeAsync();
            throw;
        }
    }

    private static async Task<ReadingSettings> WritePredictions(
        CsvPredictor predictor, ReceivedTable input, SpoolFile output, TableFormat answered, MemoryBudget memory,
        CancellationToken cancellationToken)
    {
        using var reserved = await memory.ReserveForRequest(predictor.MemoryOf(input.Csv.Length), cancellationToken);
        return await Task.Run(() => predictor.Predict(input, output, answered, cancellationToken), cancellationToken);
    }
}

/// <summary>
/// Marks the operation whose documentation includes <see cref="CsvPredictionEndpoint"/>: OpenAPI allows one operation per path and method.
/// </summary>
internal sealed record DocumentsCsvPredictions;

/// <summary>Adds the CSV form to the operation that is marked with <see cref="DocumentsCsvPredictions"/>.</summary>
internal sealed class CsvPredictionFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<DocumentsCsvPredictions>().Any())
        {
            return;
        }

        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        operation.RequestBody!.Content![DatasetUpload.Csv] = new OpenApiMediaType { Schema = text, Example = "hours\n9\n10\n" };
        operation.Responses!["200"].Content![DatasetUpload.Csv] = new OpenApiMediaType { Schema = text };
        operation.AddFileTypes();
        operation.Responses!["200"].AddFileTypes();
        foreach (var parameter in SheetOptions.Parameters().Prepend(AskedFormat.Parameter()))
        {
            operation.Parameters!.Add(parameter);
        }

        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = "level",
            In = ParameterLocation.Query,
            Description = "For files: the probability with which the interval around a predicted number contains the true value, between " +
                "0 and 1. Default 0.9.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        });
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "disagreement",
            In = ParameterLocation.Query,
            Description = "For files: whether to add a column with how much the networks of the run differ. Default false.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
        });
    }
}

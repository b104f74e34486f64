using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Datasets;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Predictions;

/// <summary>Predicts a whole file: the response is the same CSV with columns added.</summary>
internal static class CsvPredictionEndpoint
{
    public static void MapCsvPredictions(this IEndpointRouteBuilder routes) => routes.MapPost("/runs/{id:long}/predictions", Predict)
        .WithMetadata(new AcceptsMetadata([DatasetUpload.Csv])).ExcludeFromDescription()
        .Refuses(RefusalCodes.Csv).Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingColumn", "wrongType", "outOfRange",
            "notApplicable", "nulByte", "emptyBody", "unsupportedMediaType", "bodyTooLarge");

    /// <summary>
    /// Writes the answer to a temporary file and sends it after the last row is predicted. So a mistake in the last row still leads to
    /// an error response instead of half a file.
    /// </summary>
    private static async Task<IResult> Predict(
        long id, HttpRequest http, ModelCache models, DatasetUpload upload, Spool spool, CancellationToken cancellationToken,
        double? level = null)
    {
        var model = (await models.GetServed(id, cancellationToken)).Model;
        var predictor = new CsvPredictor(model, PredictionLevel.Resolve(level, model));
        await using var input = await upload.ReceiveCsv(http, cancellationToken);
        var output = spool.Create();
        try
        {
            await Task.Run(() => predictor.Predict(input, output, cancellationToken), cancellationToken);
            output.Position = 0;
            return TypedResults.Stream(output, "text/csv; charset=utf-8");
        }
        catch
        {
            await output.DisposeAsync();
            throw;
        }
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
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = "level",
            In = ParameterLocation.Query,
            Description = "For CSV: the probability with which the interval around a predicted number contains the true value, between 0 " +
                "and 1. Default 0.9.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        });
    }
}

using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using Velodrome.Api.Datasets;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Predictions;

/// <summary>Predictions for a whole file: CSV in, the same CSV with columns added out.</summary>
internal static class CsvPredictionEndpoint
{
    public static void MapCsvPredictions(this IEndpointRouteBuilder routes) => routes.MapPost("/runs/{id:long}/predictions", Predict)
        .WithMetadata(new AcceptsMetadata([DatasetUpload.Csv])).ExcludeFromDescription()
        .Refuses(RefusalCodes.Csv).Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingColumn", "wrongType", "outOfRange",
            "notApplicable", "nulByte", "emptyBody", "unsupportedMediaType", "bodyTooLarge");

    /// <summary>The answer waits in a temporary file until the last row is predicted: a mistake in it is then still an error, and not half a file.</summary>
    private static async Task<IResult> Predict(
        long id, HttpRequest http, ModelCache models, DatasetUpload upload, Spool spool, CancellationToken cancellationToken, double? level = null)
    {
        var model = (await models.GetServed(id, cancellationToken)).Model;
        var predictions = new CsvPredictions(model, PredictionLevel.Resolve(level, model));
        await using var input = await upload.ReceiveCsv(http, cancellationToken);
        var output = spool.Create();
        try
        {
            await Task.Run(() => predictions.Write(input, output, cancellationToken), cancellationToken);
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

/// <summary>Writes the file's form of a prediction beside the other: a document has one operation for a path.</summary>
internal sealed class CsvPredictionFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId != "predict")
        {
            return;
        }

        operation.RequestBody!.Content![DatasetUpload.Csv] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = "hours\n9\n10\n" };
        operation.Responses!["200"].Content![DatasetUpload.Csv] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = "level",
            In = ParameterLocation.Query,
            Description = "For a CSV: how often the interval around a predicted number should hold the true one, between 0 and 1. Default 0.9.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
        });
    }
}

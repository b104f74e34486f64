using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Predictions;

/// <summary>Predicts with the weights of a run's best epoch.</summary>
internal static class PredictionEndpoints
{
    public static IServiceCollection AddPredictions(this IServiceCollection services)
    {
        services.ConfigureSwaggerGen(options => options.OperationFilter<CsvPredictionFilter>());
        return services.AddSingleton<ModelCache>();
    }

    public static void MapPredictions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/runs/{id:long}/predictions", Predict)
            .WithTags("Predictions").WithName("predict").WithParameterExample("id", 1)
            .WithBodyExample("application/json", """{ "rows": [{ "hours": 9 }], "level": 0.9 }""")
            .WithMetadata(new DocumentsCsvPredictions())
            .Refuses(RefusalCodes.JsonBody).Refuses(RefusalCodes.Csv)
            .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingColumn", "unknownColumn", "notApplicable", "nulByte");
        routes.MapCsvPredictions();
    }

    /// <summary>Predict rows.</summary>
    /// <remarks>
    /// Uses the weights of the run's best epoch. Each row names every feature of the run, in any order; null is a missing value, which is
    /// filled in as in training. Predicted numbers are in the target's unit and have an interval if the run has enough validation rows for
    /// one; predicted classes have the probability of each class.
    /// A file of any length can be sent as text/csv. The response is the same file with columns added: prediction, low, high and warnings,
    /// or for classes prediction, a probability of each and warnings. Columns that are not features stay as they are.
    /// </remarks>
    /// <param name="id">The run's id.</param>
    /// <param name="request">The rows.</param>
    private static async Task<JsonAnswer<PredictionResponse>> Predict(
        long id, PredictionRequest request, ModelCache models, CancellationToken cancellationToken)
    {
        var served = await models.GetServed(id, cancellationToken);
        var model = served.Model;
        var level = PredictionLevel.Resolve(request.Level, model);
        var table = PredictionTable.From(request.Rows, model.Encoder.Features);
        var predictions = Predictor.Predict(model, table, level);
        return new(new(id, served.WeightsFromEpoch, served.Verdict, model.Interval?.WhyUnavailable(level), predictions));
    }
}

using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;

namespace Velodrome.Api.Predictions;

/// <summary>Answers from a trained run's best weights.</summary>
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
            .Refuses(RefusalCodes.JsonBody).Refuses(RefusalCodes.Csv)
            .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingColumn", "unknownColumn", "notApplicable", "nulByte");
        routes.MapCsvPredictions();
    }

    /// <summary>Predict rows with the best epoch's weights.</summary>
    /// <remarks>
    /// Each row names every feature of the run, in any order; a null is a missing value, filled in as in training. Numbers are
    /// in the target's own units, with an interval where the validation rows allow one; classes come with all probabilities.
    /// A file of any length can be sent as text/csv, and comes back with the columns prediction, low and high (for classes a
    /// probability of each) and warnings; columns that are no features stay as they are.
    /// </remarks>
    /// <param name="id">The run.</param>
    /// <param name="request">The rows.</param>
    private static async Task<JsonAnswer<PredictionResponse>> Predict(long id, PredictionRequest request, ModelCache models, CancellationToken cancellationToken)
    {
        var served = await models.GetServed(id, cancellationToken);
        var model = served.Model;
        var level = PredictionLevel.Resolve(request.Level, model);
        var table = PredictionTable.From(request.Rows, model.Encoder.Features);
        return new(new(id, served.WeightsFromEpoch, served.Verdict, model.Interval?.WhyUnavailable(level), ModelPredictions.Predict(model, table, level)));
    }
}

using Velodrome.Api.Access;
using Velodrome.Api.Drift;
using Velodrome.Api.Http;
using Velodrome.Api.Memory;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Problems;
using Velodrome.Training.Encoding;
using Velodrome.Training.Models;

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
            .WithMetadata(new DocumentsCsvPredictions()).ChangesNothing()
            .Refuses(RefusalCodes.JsonBody).Refuses(RefusalCodes.Csv).Refuses(RefusalCodes.Files).Refuses(RefusalCodes.JsonRows)
            .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingColumn", "unknownColumn", "unknownValue",
                "notApplicable", "modelDamaged");
        routes.MapCsvPredictions();
    }

    /// <summary>Predict rows.</summary>
    /// <remarks>
    /// Uses the weights of the run's best epoch. Each row names every feature of the run, in any order; null is a missing value, which is
    /// filled in as in training. Predicted numbers are in the target's unit and have an interval if the run has enough validation rows for
    /// one; predicted classes come with the probability of each class.
    /// A file of any length can be sent as text/csv. The response is the same file with columns added: prediction, low, high and warnings,
    /// or for classes prediction, a probability of each and warnings. Columns that are not features stay as they are.
    /// Parquet, Excel, Arrow and NDJSON files are predicted in the same way, and answered in their format or in the one that is asked for.
    /// </remarks>
    /// <param name="id">The run's id.</param>
    /// <param name="request">The rows.</param>
    private static async Task<JsonAnswer<PredictionResponse>> Predict(
        long id, PredictionRequest request, ModelCache models, MemoryBudget memory, PredictionInputRecorder inputs, HttpContext http,
        CancellationToken cancellationToken)
    {
        var served = await models.GetServed(id, cancellationToken);
        var model = served.Model;
        var options = PredictionOptions.Resolve(request.Level, request.Disagreement, model);
        http.Response.RegisterForDispose(
            await memory.ReserveForRequest(Predictor.MemoryOf(model, request.Rows.Count), cancellationToken));
        var table = PredictionTable.From(request.Rows, served.Reading);
        var predictions = Predictor.Predict(model, table, options, row => $"rows[{row}]");
        if (model.Inputs is { } layout)
        {
            inputs.Add(id, table.Rows, layout.Count(table));
        }

        return new(new(id, served.WeightsFromEpoch, served.Verdict, WhyWithoutInterval(model, options.Level), predictions));
    }

    private static string? WhyWithoutInterval(TrainedModel model, double level) => model switch
    {
        { Encoder.Target: ClassTarget } => null,
        { Interval: null } => "The run was cancelled, and its intervals would have taken longer than a cancelled run may take to end.",
        { Interval: var interval } => interval.WhyUnavailable(level),
    };
}

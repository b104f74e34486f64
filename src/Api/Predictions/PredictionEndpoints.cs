using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Predictions;

/// <summary>Answers from a trained run's best weights.</summary>
internal static class PredictionEndpoints
{
    public static IServiceCollection AddPredictions(this IServiceCollection services) => services.AddSingleton<ModelCache>();

    public static void MapPredictions(this IEndpointRouteBuilder routes) => routes.MapPost("/runs/{id:long}/predictions", Predict)
        .WithTags("Predictions").WithName("predict").WithParameterExample("id", 1)
        .WithBodyExample("application/json", """{ "rows": [{ "hours": 9 }] }""")
        .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "missingColumn", "unknownColumn", "wrongType",
            "wrongLength", "unknownField", "missingField", "malformedJson", "unsupportedMediaType", "bodyTooLarge");

    /// <summary>Predicts rows with the best epoch's weights.</summary>
    /// <remarks>
    /// Each row names every feature of the run, in any order; a null is a missing value, filled in as in training.
    /// Values are in the target's own units.
    /// </remarks>
    private static async Task<Ok<PredictionResponse>> Predict(long id, PredictionRequest request, TrainingDbContext db, ModelCache models, CancellationToken ct)
    {
        var run = await db.FindRun(id, ct);
        var model = await models.Get(run, ct) ?? throw WithoutModel(run);
        var table = PredictionTable.From(request.Rows, model.Encoder.Features);
        var values = model.Predict(table, [.. Enumerable.Range(0, table.Rows)]);
        return TypedResults.Ok(new PredictionResponse(id, run.BestEpoch!.Value, Array.ConvertAll(values, value => new Prediction(value))));
    }

    private static RefusedException WithoutModel(Run run) => run.FinishedAt is null
        ? new("runNotFinished", "id", $"Run {run.Id} is still {run.Status.ToString().ToLowerInvariant()}. Predict once its status is succeeded.")
        : new("runWithoutModel", "id", $"Run {run.Id} {run.Status.ToString().ToLowerInvariant()} and left no weights to predict with. Its error says why; start another run.");
}

using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Runs;
using Velodrome.Data;
using Velodrome.Training;
using Velodrome.Training.Encoding;

namespace Velodrome.Api.Predictions;

/// <summary>Describes a run's model: its features, and its predictions for the rows of its split.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/runs/{id:long}").WithTags("Predictions");
        models.MapGet("/model", Describe).WithName("getModel")
            .WithParameterExample("id", 1).Refuses("runNotFound", "runNotFinished", "runWithoutModel", "modelDamaged");
        models.MapGet("/predicted-vs-actual", PredictedVsActual).WithName("getPredictedVsActual")
            .WithParameterExample("id", 1)
            .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "notApplicable", "outOfRange", "wrongType", "datasetNotFound",
                "modelDamaged", "datasetDamaged");
    }

    /// <summary>Show the features of a run's model, with their ranges and categories.</summary>
    /// <param name="id">The run's id.</param>
    private static async Task<Ok<ModelResponse>> Describe(
        long id, TrainingDbContext database, ModelCache models, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        return TypedResults.Ok(ModelResponse.Of(run, await models.Get(run, cancellationToken)));
    }

    /// <summary>Compare a run's predictions with the actual values, for the rows that it was trained and judged on.</summary>
    /// <remarks>Only for regression. If the run has a single numeric feature, each point has its value as x.</remarks>
    /// <param name="id">The run's id.</param>
    /// <param name="maxPoints">The most rows to return of each split, 10 to 10,000, evenly spaced. Default 500.</param>
    private static async Task<Ok<PredictedVsActualResponse>> PredictedVsActual(
        long id, TrainingDbContext database, ModelCache models, RunTableReader tables, CancellationToken cancellationToken,
        [Range(10, 10_000)] int maxPoints = 500)
    {
        var run = await database.FindRun(id, cancellationToken);
        var model = await models.Get(run, cancellationToken);
        if (model.Encoder.Target is ClassTarget)
        {
            throw new RefusedException("notApplicable", "id", $"Run {run.Id} predicts classes. Its evaluation has a confusion matrix.");
        }

        using var read = await tables.LeaseForRequest(run, database, cancellationToken);
        return TypedResults.Ok(await read.Work(
            loaded => PredictedVsActualResponse.Compute(run, model, loaded, maxPoints), cancellationToken));
    }
}

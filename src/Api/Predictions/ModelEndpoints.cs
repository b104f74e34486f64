using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Runs;
using Velodrome.Data;

namespace Velodrome.Api.Predictions;

/// <summary>Describes a run's model: its features, and its predictions for the rows of its own split.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/runs/{id:long}").WithTags("Predictions");
        models.MapGet("/model", Describe).WithName("getModel")
            .WithParameterExample("id", 1).Refuses("runNotFound", "runNotFinished", "runWithoutModel");
        models.MapGet("/predicted-vs-actual", PredictedVsActual).WithName("getPredictedVsActual")
            .WithParameterExample("id", 1)
            .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "notApplicable", "outOfRange", "wrongType");
    }

    /// <summary>Show the features of a run's model, with their ranges and categories.</summary>
    /// <param name="id">The run's id.</param>
    private static async Task<Ok<ModelResponse>> Describe(
        long id, TrainingDbContext database, ModelCache models, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        return TypedResults.Ok(ModelResponse.Of(run, await models.Get(run, cancellationToken) ?? throw RunRefusals.WithoutModel(run)));
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
        var model = await models.Get(run, cancellationToken) ?? throw RunRefusals.WithoutModel(run);
        return TypedResults.Ok(PredictedVsActualResponse.Compute(run, model, tables, maxPoints));
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Velodrome.Api.OpenApi;
using Velodrome.Api.Runs;
using Velodrome.Data;

namespace Velodrome.Api.Predictions;

/// <summary>What a trained run's model takes, and how it does on the rows that it knows.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/runs/{id:long}").WithTags("Predictions");
        models.MapGet("/model", Describe).WithName("getModel").WithParameterExample("id", 1).Refuses("runNotFound", "runNotFinished", "runWithoutModel");
        models.MapGet("/predicted-vs-actual", PredictedVsActual).WithName("getPredictedVsActual").WithParameterExample("id", 1)
            .Refuses("runNotFound", "runNotFinished", "runWithoutModel", "notApplicable", "outOfRange", "wrongType");
    }

    /// <summary>Show the columns that a run's model predicts from, with their ranges and categories.</summary>
    /// <param name="id">The run.</param>
    private static async Task<Ok<ModelResponse>> Describe(long id, TrainingDbContext database, ModelCache models, CancellationToken cancellationToken)
    {
        var run = await database.FindRun(id, cancellationToken);
        return TypedResults.Ok(ModelResponse.Of(run, await models.Get(run, cancellationToken) ?? throw RunRefusals.WithoutModel(run)));
    }

    /// <summary>Show what a run's model says of the rows that it was trained and judged on, beside the truth.</summary>
    /// <remarks>For numbers. With one numeric feature each row has its value too, so that the fitted curve can be drawn over the data.</remarks>
    /// <param name="id">The run.</param>
    /// <param name="maxPoints">At most so many rows of each part, evenly spread. Default 500.</param>
    private static async Task<Ok<PredictedVsActualResponse>> PredictedVsActual(long id, TrainingDbContext database, ModelCache models, RunTableReader tables, CancellationToken cancellationToken,
        [System.ComponentModel.DataAnnotations.Range(10, 10_000)] int maxPoints = 500)
    {
        var run = await database.FindRun(id, cancellationToken);
        var model = await models.Get(run, cancellationToken) ?? throw RunRefusals.WithoutModel(run);
        return TypedResults.Ok(PredictedVsActualResponse.Of(run, model, tables, maxPoints));
    }
}

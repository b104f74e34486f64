using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>A run's curves, and how they ended.</summary>
internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{id:long}/history", History).WithName("getRunHistory").WithParameterExample("id", 1)
            .Produces<HistoryResponse>(StatusCodes.Status200OK, "application/json", "text/csv").Refuses("runNotFound", "outOfRange", "wrongType");
        runs.MapGet("/{id:long}/early-stopping", EarlyStopping).WithName("getRunEarlyStopping").WithParameterExample("id", 1).Refuses("runNotFound");
    }

    /// <summary>Show the run's two loss curves, epoch after epoch.</summary>
    /// <remarks>JSON, or CSV where the Accept header asks for text/csv. Epoch 0 is the untrained network.</remarks>
    /// <param name="id">The run.</param>
    /// <param name="after">Only epochs after this one.</param>
    /// <param name="maxPoints">At most so many epochs, 3 to 100,000; of every stretch the one with the smallest validation loss stays.</param>
    private static async Task<IResult> History(long id, TrainingDbContext database, HttpRequest http, CancellationToken cancellationToken,
        [Range(0, int.MaxValue)] int? after = null, [Range(3, 100_000)] int? maxPoints = null)
    {
        var run = await database.FindRun(id, cancellationToken);
        // Synchronous: SQLite has no other calls, and pretending costs more than the rows do.
        List<EpochResponse> epochs = maxPoints is { } most ? [.. database.ThinnedHistoryOf(run, after ?? -1, most)] : [.. database.HistoryOf(id, after ?? -1)];
        var history = new HistoryResponse(id, LossResponse.Of(run.Spec), run.BestEpoch, epochs);
        return http.Prefers("text/csv") ? TypedResults.Text(history.ToCsv(), "text/csv; charset=utf-8") : TypedResults.Ok(history);
    }

    /// <summary>Tell whether and why the run stopped early, and which weights were kept.</summary>
    /// <param name="id">The run.</param>
    private static async Task<Ok<EarlyStoppingResponse>> EarlyStopping(long id, TrainingDbContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(EarlyStoppingResponse.From(await database.FindRun(id, cancellationToken)));

    /// <summary>A run's epochs in order.</summary>
    public static IQueryable<EpochResponse> HistoryOf(this TrainingDbContext database, long id, int after = -1) =>
        database.Epochs.AsNoTracking().Where(epoch => epoch.RunId == id && epoch.Number > after).OrderBy(epoch => epoch.Number)
            .Select(epoch => EpochResponse.Of(epoch));

    /// <summary>At most so many of a run's epochs, the smallest validation losses among them.</summary>
    public static IEnumerable<EpochResponse> ThinnedHistoryOf(this TrainingDbContext database, Run run, int after, int most) =>
        database.ThinnedEpochsOf(run.Id, after + 1, run.LastEpoch ?? -1, most).Select(EpochResponse.Of);
}

using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Http;
using Velodrome.Api.OpenApi;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>Endpoints for a run's loss curves and for why training ended.</summary>
internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/{id:long}/history", History).WithName("getRunHistory").WithParameterExample("id", 1)
            .Produces<HistoryResponse>(StatusCodes.Status200OK, "application/json", "text/csv")
            .Refuses("runNotFound", "outOfRange", "wrongType");
        runs.MapGet("/{id:long}/early-stopping", EarlyStopping).WithName("getRunEarlyStopping").WithParameterExample("id", 1)
            .Refuses("runNotFound");
    }

    /// <summary>Get a run's training and validation loss in each epoch.</summary>
    /// <remarks>Epoch 0 is the untrained network. With the header <c>Accept: text/csv</c> the response is CSV instead of JSON.</remarks>
    /// <param name="id">The run's id.</param>
    /// <param name="after">Return only epochs after this one.</param>
    /// <param name="maxPoints">
    /// The largest number of epochs to return, from 3 to 100,000. A longer history is divided into equal stretches, and the epoch with the
    /// lowest validation loss stands for each; the first and the last epoch are always included. Default: all epochs.
    /// </param>
    /// <param name="members">Return the losses of each network too, if the run has several. Default false.</param>
    private static async Task<IResult> History(
        long id, TrainingDbContext database, HttpRequest http, CancellationToken cancellationToken,
        [Range(0, int.MaxValue)] int? after = null, [Range(3, 100_000)] int? maxPoints = null, bool members = false)
    {
        var run = await database.FindRun(id, cancellationToken);
        // SQLite has no asynchronous calls, and wrapping synchronous ones costs more than reading the rows.
        List<EpochResponse> epochs = maxPoints is { } most
            ? [.. database.ThinnedHistoryOf(run, after ?? -1, most, members)]
            : [.. database.HistoryOf(id, after ?? -1, members)];
        var history = new HistoryResponse(id, LossResponse.Of(run.Spec), run.BestEpoch, epochs);
        return http.Prefers("text/csv") ? TypedResults.Text(history.ToCsv(), "text/csv; charset=utf-8") : TypedResults.Ok(history);
    }

    /// <summary>Get whether and why a run stopped early, and which weights were kept.</summary>
    /// <param name="id">The run's id.</param>
    private static async Task<Ok<EarlyStoppingResponse>> EarlyStopping(
        long id, TrainingDbContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(EarlyStoppingResponse.From(await database.FindRun(id, cancellationToken)));

    /// <summary>Reads a run's epochs in order.</summary>
    public static IQueryable<EpochResponse> HistoryOf(this TrainingDbContext database, long id, int after = -1, bool members = false) =>
        database.Epochs.AsNoTracking().Where(epoch => epoch.RunId == id && epoch.Number > after).OrderBy(epoch => epoch.Number)
            .Select(epoch => EpochResponse.Of(epoch, members));

    /// <summary>Reads at most <paramref name="most"/> of a run's epochs, among them those with the lowest validation loss.</summary>
    public static IEnumerable<EpochResponse> ThinnedHistoryOf(
        this TrainingDbContext database, Run run, int after, int most, bool members = false) =>
        database.ThinnedEpochsOf(run.Id, after + 1, run.LastEpoch ?? -1, most)
            .Select(epoch => EpochResponse.Of(epoch, members));
}

using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>New epochs of a run, and how far it is with them.</summary>
/// <param name="Status">Where the run is in its life.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="BestEpoch">The epoch with the best validation loss so far.</param>
/// <param name="BestValidationLoss">That loss.</param>
/// <param name="Epochs">New since the event before, in order, without gap; empty when only the status is new.</param>
public sealed record RunEvent(RunStatus Status, RunProgress Progress, int? BestEpoch, double? BestValidationLoss, IReadOnlyList<EpochResponse> Epochs);

/// <summary>
/// Follows a run as events. It looks at the database, which is the one place that knows of all processes, and shows committed
/// rows only, so nobody sees an epoch that a crash could take back. Whatever has come since the last look is one event: a small
/// network trains thousands of epochs a second, and one event for each would drown a browser.
/// </summary>
internal sealed class RunEvents(IDbContextFactory<TrainingDbContext> contexts, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Epochs = "epochs";
    public const string Ping = "ping";
    public const string Done = "done";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    /// <summary>What is caught up comes in events of so many epochs: about 200 kB each.</summary>
    private const int MostEpochs = 2_000;

    /// <param name="id">The run.</param>
    /// <param name="after">The last epoch that the caller has; -1 for none.</param>
    /// <param name="gone">Fires when the caller goes away.</param>
    public async IAsyncEnumerable<SseItem<object>> Follow(long id, int after, [EnumeratorCancellation] CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        var (last, said, saidAt) = (after, (RunStatus?)null, time.GetTimestamp());
        while (!end.IsCancellationRequested)
        {
            if (await Since(id, last, end.Token) is not { } news)
            {
                yield break; // deleted
            }

            var (run, epochs) = news;
            if (epochs.Count > 0 || run.Status != said)
            {
                last = epochs.Count > 0 ? epochs[^1].Epoch : last;
                (said, saidAt) = (run.Status, time.GetTimestamp());
                yield return new(
                    new RunEvent(run.Status, RunProgress.Of(run, time.GetUtcNow()), run.BestEpoch, run.BestValidationLoss, epochs), Epochs)
                {
                    EventId = epochs.Count > 0 ? $"{last}" : null,
                    ReconnectionInterval = Reconnect,
                };
            }

            if (epochs.Count == MostEpochs)
            {
                continue; // there are more
            }

            if (run.FinishedAt is not null)
            {
                yield return new(RunResponse.From(run, time.GetUtcNow()), Done) { EventId = $"{run.LastEpoch ?? 0}" };
                yield break;
            }

            if (time.GetElapsedTime(saidAt) >= PingInterval)
            {
                saidAt = time.GetTimestamp();
                yield return new("", Ping);
            }

            await Task.Delay(PollInterval, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The run first and its epochs afterwards: of a run that has ended there are then no more to come.</summary>
    private async Task<(Run Run, List<EpochResponse> Epochs)?> Since(long id, int last, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await contexts.CreateDbContextAsync(cancellationToken);
            var run = await database.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken);
            return run is null ? null : (run, await database.HistoryOf(id, last).Take(MostEpochs).ToListAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}

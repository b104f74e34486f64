using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>New epochs of a run, and its progress.</summary>
/// <param name="Status">The run's status.</param>
/// <param name="Progress">How many epochs are trained.</param>
/// <param name="BestEpoch">The epoch with the lowest validation loss so far.</param>
/// <param name="BestValidationLoss">The validation loss of the best epoch.</param>
/// <param name="Epochs">The epochs since the previous event, in order and without gaps. Empty if only the status has changed.</param>
public sealed record RunEvent(
    RunStatus Status, RunProgress Progress, int? BestEpoch, double? BestValidationLoss, IReadOnlyList<EpochResponse> Epochs);

/// <summary>
/// Follows a run by polling the database. A run may be trained by another process, and only the database knows all of them; it also
/// returns committed rows only, so no event shows an epoch that a crash could take back. One event carries all epochs since the previous
/// one: a small network trains thousands of epochs a second, and an event for each would overwhelm a browser.
/// </summary>
internal sealed class RunEvents(IDbContextFactory<TrainingDbContext> contexts, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string Epochs = "epochs";
    public const string Ping = "ping";
    public const string Done = "done";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReconnectionInterval = TimeSpan.FromSeconds(1);

    /// <summary>Limits an event to about 200 kB.</summary>
    private const int MaxEpochsPerEvent = 2_000;

    /// <param name="id">The run's id.</param>
    /// <param name="after">The last epoch that the caller has, or -1.</param>
    /// <param name="disconnected">Cancelled when the caller disconnects.</param>
    public async IAsyncEnumerable<SseItem<object>> Follow(long id, int after, [EnumeratorCancellation] CancellationToken disconnected)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(disconnected, lifetime.ApplicationStopping);
        var (lastEpoch, lastStatus, lastSent) = (after, (RunStatus?)null, time.GetTimestamp());
        while (!end.IsCancellationRequested)
        {
            if (await ReadAfter(lastEpoch, id, end.Token) is not { } news)
            {
                yield break; // the run was deleted
            }

            var (run, epochs) = news;
            if (epochs.Count > 0 || run.Status != lastStatus)
            {
                lastEpoch = epochs.Count > 0 ? epochs[^1].Epoch : lastEpoch;
                (lastStatus, lastSent) = (run.Status, time.GetTimestamp());
                var progress = RunProgress.Of(run, time.GetUtcNow());
                yield return new(new RunEvent(run.Status, progress, run.BestEpoch, run.BestValidationLoss, epochs), Epochs)
                {
                    EventId = epochs.Count > 0 ? $"{lastEpoch}" : null,
                    ReconnectionInterval = ReconnectionInterval,
                };
            }

            if (epochs.Count == MaxEpochsPerEvent)
            {
                continue; // there may be more
            }

            if (run.FinishedAt is not null)
            {
                yield return new(RunResponse.From(run, time.GetUtcNow()), Done) { EventId = $"{run.LastEpoch ?? 0}" };
                yield break;
            }

            if (time.GetElapsedTime(lastSent) >= PingInterval)
            {
                lastSent = time.GetTimestamp();
                yield return new("", Ping);
            }

            await Task.Delay(PollInterval, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads the run before its epochs: if the run has ended, the epochs are then complete.</summary>
    private async Task<(Run Run, List<EpochResponse> Epochs)?> ReadAfter(int lastEpoch, long id, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await contexts.CreateDbContextAsync(cancellationToken);
            var run = await database.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken);
            return run is null
                ? null
                : (run, await database.HistoryOf(id, lastEpoch).Take(MaxEpochsPerEvent).ToListAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}

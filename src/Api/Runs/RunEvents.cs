using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Api.Runs.Watching;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs;

/// <summary>
/// Follows a run. One event carries all epochs since the previous one: a small network trains thousands of epochs a second, and an event
/// for each would overwhelm a browser. Callers who have the same epochs get the same event from <see cref="RunWatcher"/>; a caller who is
/// behind reads its epochs itself.
/// </summary>
internal sealed class RunEvents(
    IDbContextFactory<TrainingDbContext> contexts, TimeProvider time, IHostApplicationLifetime lifetime, IOptions<JsonOptions> json)
    : IDisposable
{
    public const string Epochs = "epochs";
    public const string Ping = "ping";
    public const string Done = "done";

    /// <summary>Largest number of epochs in an event, which limits it to about 200 kB.</summary>
    public const int MaxEpochsPerEvent = 2_000;

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReconnectionInterval = TimeSpan.FromSeconds(1);

    /// <summary>At most two callers at a time read their own epochs: hundreds would leave no processor for short requests.</summary>
    private readonly SemaphoreSlim _reads = new(2);

    /// <param name="watch">The run to follow.</param>
    /// <param name="after">The last epoch that the caller has, or -1.</param>
    /// <param name="disconnected">Cancelled when the caller disconnects.</param>
    public async IAsyncEnumerable<SseItem<object>> Follow(
        RunWatch watch, int after, [EnumeratorCancellation] CancellationToken disconnected)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(disconnected, lifetime.ApplicationStopping);
        var (lastEpoch, lastStatus, lastSent) = (after, (RunStatus?)null, time.GetTimestamp());
        var news = watch.News;
        while (!end.IsCancellationRequested)
        {
            if ((news.FindAfter(lastEpoch) ?? await ReadAfter(lastEpoch, watch.RunId, end.Token)) is not { } update)
            {
                yield break; // the run was deleted
            }

            var run = update.Run;
            if (update.HasEpochs || run.Status != lastStatus)
            {
                var data = update.EventAfter(update.HasEpochs ? lastEpoch : update.After, json.Value.SerializerOptions);
                (lastEpoch, lastStatus, lastSent) = (Math.Max(lastEpoch, update.LastEpoch), run.Status, time.GetTimestamp());
                yield return new(data, Epochs)
                {
                    EventId = update.HasEpochs ? $"{lastEpoch}" : null,
                    ReconnectionInterval = ReconnectionInterval,
                };
            }

            if (update.HasEpochs && lastEpoch < run.LastEpoch)
            {
                continue; // there are more
            }

            if (run.FinishedAt is not null)
            {
                yield return new(RunResponse.From(run, time.GetUtcNow()), Done) { EventId = $"{run.LastEpoch ?? 0}" };
                yield break;
            }

            while (!news.Superseded.IsCompleted && !end.IsCancellationRequested)
            {
                var left = PingInterval - time.GetElapsedTime(lastSent);
                if (left <= TimeSpan.Zero)
                {
                    lastSent = time.GetTimestamp();
                    yield return new("", Ping);
                    continue;
                }

                await news.Superseded.WaitAsync(left, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            news = watch.News;
        }
    }

    public void Dispose() => _reads.Dispose();

    /// <summary>Reads the run before its epochs: if the run has ended, the epochs are then complete.</summary>
    private async Task<RunUpdate?> ReadAfter(int lastEpoch, long id, CancellationToken cancellationToken)
    {
        try
        {
            await _reads.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        try
        {
            await using var database = await contexts.CreateDbContextAsync(cancellationToken);
            var run = await database.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken);
            return run is null ? null : new(
                run, lastEpoch, await database.HistoryOf(id, lastEpoch).Take(MaxEpochsPerEvent).ToListAsync(cancellationToken),
                time.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            _reads.Release();
        }
    }
}

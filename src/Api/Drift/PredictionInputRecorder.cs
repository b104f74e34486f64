using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Drift;

/// <summary>
/// Counts the rows that predictions are asked for, in memory, and adds the counts to the database every ten seconds and when the service
/// stops. If the process is killed, the counts of the last seconds are lost.
/// </summary>
internal sealed partial class PredictionInputRecorder(
    PredictionInputStore store, TimeProvider time, ILogger<PredictionInputRecorder> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, Pending> _pending = [];
    private readonly Lock _lock = new();
    private Task _flushed = Task.CompletedTask;

    /// <summary>Adds rows that were predicted.</summary>
    /// <param name="runId">The run whose model has predicted them.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="counts">Their counts, by the model's <see cref="Training.Drift.InputLayout"/>.</param>
    public void Add(long runId, int rows, long[] counts)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        while (!_pending.GetOrAdd(runId, _ => new()).TryAdd(now, rows, counts)) { } // it has just been taken to be stored
    }

    /// <summary>Stores what was counted until now, after every call before this one.</summary>
    public Task Flush()
    {
        lock (_lock)
        {
            return _flushed = FlushAfter(_flushed);
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Flush();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Flush();
        }
    }

    private async Task FlushAfter(Task earlier)
    {
        await earlier;
        foreach (var runId in _pending.Keys.Order())
        {
            if (_pending.TryRemove(runId, out var pending) && pending.Take(runId) is { } inputs)
            {
                await Store(inputs);
            }
        }
    }

    private async Task Store(PredictionInputs inputs)
    {
        try
        {
            await store.Add(inputs);
        }
        catch (Exception failure)
        {
            LogFailed(inputs.RunId, failure);
            while (!_pending.GetOrAdd(inputs.RunId, _ => new()).TryAdd(inputs)) { } // the database may be back next time
        }
    }

    [LoggerMessage(LogLevel.Warning, "The counts of rows that run {RunId} has predicted could not be stored; trying again in ten seconds",
        EventName = "predictionInputsNotStored")]
    private partial void LogFailed(long runId, Exception failure);

    /// <summary>Counts that are not stored yet.</summary>
    private sealed class Pending
    {
        private readonly Lock _lock = new();
        private PredictionInputs? _sum;
        private bool _isTaken;

        public bool TryAdd(long now, int rows, long[] counts) =>
            TryAdd(new() { RunId = 0, Since = now, Until = now, Rows = rows, Counts = counts });

        public bool TryAdd(PredictionInputs added)
        {
            lock (_lock)
            {
                if (_isTaken)
                {
                    return false;
                }

                if (_sum is null)
                {
                    _sum = added;
                    return true;
                }

                var counts = (long[])_sum.Counts;
                TensorPrimitives.Add<long>(counts, (long[])added.Counts, counts);
                (_sum.Rows, _sum.Since, _sum.Until) =
                    (_sum.Rows + added.Rows, Math.Min(_sum.Since, added.Since), Math.Max(_sum.Until, added.Until));
                return true;
            }
        }

        /// <summary>Takes the counts; after that, none can be added.</summary>
        public PredictionInputs? Take(long runId)
        {
            lock (_lock)
            {
                _isTaken = true;
                return _sum is null ? null : new()
                {
                    RunId = runId,
                    Since = _sum.Since,
                    Until = _sum.Until,
                    Rows = _sum.Rows,
                    Counts = _sum.Counts,
                };
            }
        }
    }
}

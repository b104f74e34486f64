using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs.Watching;

/// <summary>
/// Polls all runs that callers of this process watch, ten times a second, with one query for all callers. A run may be trained by another
/// process, and only the database knows the runs of all processes. It also returns only committed rows, so no caller sees an epoch
/// that a crash could take back. The end of a run that this process trains is known without a query.
/// </summary>
internal sealed partial class RunWatcher : BackgroundService
{
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The most epochs of one poll that all watchers share. If there are more, each watcher reads its own.</summary>
    private const int MaxSharedEpochs = 20_000;

    private readonly IDbContextFactory<TrainingDbContext> _contexts;
    private readonly TimeProvider _time;
    private readonly ILogger<RunWatcher> _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, WatchedRun> _runs = [];
    private readonly SemaphoreSlim _firstCaller = new(0);
    private bool _fails;

    public RunWatcher(
        RunStore store, IDbContextFactory<TrainingDbContext> contexts, TimeProvider time, ILogger<RunWatcher> logger)
    {
        (_contexts, _time, _logger) = (contexts, time, logger);
        store.RunEnded += id => Find(id)?.End();
    }

    /// <summary>Watches a run until the result is disposed.</summary>
    public RunWatch Watch(long id)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(id, out var run))
            {
                _runs[id] = run = new(id);
                _firstCaller.Release();
            }

            run.Callers++;
            return new(this, run);
        }
    }

    /// <summary>Waits for a run to end or to be deleted, for at most the given time.</summary>
    /// <param name="id">The run's id.</param>
    /// <param name="wait">The longest time to wait.</param>
    /// <param name="hasEnded">Checks whether the run has ended already. Called when the watcher would notice an end.</param>
    /// <param name="cancellationToken">Ends the wait early, without an exception.</param>
    public async Task WaitForEnd(long id, TimeSpan wait, Func<Task<bool>> hasEnded, CancellationToken cancellationToken)
    {
        using var watch = Watch(id);
        if (!await hasEnded())
        {
            await watch.Ended.WaitAsync(wait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Polls every watched run once.</summary>
    public async Task Poll(CancellationToken cancellationToken)
    {
        WatchedRun[] runs;
        lock (_lock)
        {
            runs = [.. _runs.Values];
        }

        var ids = Array.ConvertAll(runs, run => run.Id);
        await using var database = await _contexts.CreateDbContextAsync(cancellationToken);
        var states = await database.Runs.Where(run => ids.Contains(run.Id))
            .Select(run => new RunState(run.Id, run.Status, run.LastEpoch, run.FinishedAt))
            .ToDictionaryAsync(run => run.Id, cancellationToken);
        foreach (var run in runs)
        {
            var state = states.GetValueOrDefault(run.Id);
            if (state is null || state != run.State)
            {
                run.Publish(await Read(database, run, cancellationToken));
                run.State = state;
            }

            if (state is null or { FinishedAt: not null })
            {
                run.End();
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _firstCaller.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (IsWatching())
            {
                await TryPoll(stoppingToken);
                await Task.Delay(PollInterval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                await _firstCaller.WaitAsync(stoppingToken);
            }
        }
    }

    internal void Leave(WatchedRun run)
    {
        lock (_lock)
        {
            if (--run.Callers == 0)
            {
                _runs.Remove(run.Id);
            }
        }
    }

    private async Task TryPoll(CancellationToken stoppingToken)
    {
        try
        {
            await Poll(stoppingToken);
            _fails = false;
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_fails)
            {
                LogFailed(failure); // once: the next look is in a tenth of a second
            }

            _fails = true;
        }
        catch (OperationCanceledException)
        {
            // the service stops
        }
    }

    /// <summary>Reads a run and then its epochs since the last poll.</summary>
    private async Task<RunNews> Read(TrainingDbContext database, WatchedRun watched, CancellationToken cancellationToken)
    {
        var run = await database.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == watched.Id, cancellationToken);
        var now = _time.GetUtcNow();
        if (run?.LastEpoch is not { } last || watched.News.Run is null || last - watched.News.LastEpoch > MaxSharedEpochs)
        {
            return new(run, [], now);
        }

        var epochs = await database.HistoryOf(run.Id, watched.News.LastEpoch).Take(last - watched.News.LastEpoch)
            .ToListAsync(cancellationToken);
        var after = watched.News.LastEpoch;
        var updates = new List<RunUpdate>();
        foreach (var part in epochs.Chunk(RunEvents.MaxEpochsPerEvent))
        {
            updates.Add(new(run, after, part, now));
            after = part[^1].Epoch;
        }

        return new(run, updates, now);
    }

    private WatchedRun? Find(long id)
    {
        lock (_lock)
        {
            return _runs.GetValueOrDefault(id);
        }
    }

    private bool IsWatching()
    {
        lock (_lock)
        {
            return _runs.Count > 0;
        }
    }

    [LoggerMessage(LogLevel.Error, "The watched runs could not be read from the database; trying again", EventName = "watchFailed")]
    private partial void LogFailed(Exception failure);
}

/// <summary>A caller's view of a run that it watches.</summary>
internal sealed class RunWatch(RunWatcher watcher, WatchedRun run) : IDisposable
{
    private int _left;

    public long RunId => run.Id;

    /// <inheritdoc cref="WatchedRun.News"/>
    public RunNews News => run.News;

    /// <inheritdoc cref="WatchedRun.Ended"/>
    public Task Ended => run.Ended;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            watcher.Leave(run);
        }
    }
}

using Velodrome.Data.Runs;

namespace Velodrome.Api.Runs.Watching;

/// <summary>A run that callers watch, with the latest news for all of them.</summary>
internal sealed class WatchedRun(long id)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RunNews _news = RunNews.None();

    public long Id => id;

    /// <summary>Callers who watch the run. Changed only under the lock of <see cref="RunWatcher"/>.</summary>
    public int Callers { get; set; }

    /// <summary>What the last poll of the database has found; null for nothing.</summary>
    public RunState? State { get; set; }

    /// <summary>The latest news. Its <see cref="RunNews.Superseded"/> completes when there is newer news.</summary>
    public RunNews News => _news;

    /// <summary>Completes when the run has ended or was deleted.</summary>
    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();

    public void Publish(RunNews news)
    {
        var before = _news;
        _news = news;
        before.Supersede();
    }
}

/// <summary>The columns of a run that show whether there is news.</summary>
internal sealed record RunState(long Id, RunStatus Status, int? LastEpoch, long? FinishedAt);

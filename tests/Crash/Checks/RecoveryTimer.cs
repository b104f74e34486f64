using System.Diagnostics;
using Velodrome.Processes;

namespace Velodrome.Crash.Checks;

/// <summary>Measures how long it takes until an interrupted run commits its next epoch.</summary>
internal sealed class RecoveryTimer
{
    private readonly Dictionary<long, (int? LastEpoch, long Since)> _interrupted = [];
    private readonly List<TimeSpan> _times = [];
    private readonly Lock _lock = new();

    /// <summary>One time for each recovery so far.</summary>
    public IReadOnlyList<TimeSpan> Times
    {
        get
        {
            lock (_lock)
            {
                return [.. _times];
            }
        }
    }

    /// <summary>True if no interrupted run still waits for its next epoch.</summary>
    public bool AllRecovered
    {
        get
        {
            lock (_lock)
            {
                return _interrupted.Count == 0;
            }
        }
    }

    /// <param name="runs">The rows of the runs at the moment when their worker was killed.</param>
    public void MarkInterrupted(IEnumerable<RunRow> runs)
    {
        lock (_lock)
        {
            foreach (var run in runs)
            {
                _interrupted[run.Id] = (run.LastEpoch, Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>Restarts the measurement now: a single-process service is timed from when it listens again.</summary>
    public void RestartClock()
    {
        lock (_lock)
        {
            foreach (var (id, (lastEpoch, _)) in _interrupted)
            {
                _interrupted[id] = (lastEpoch, Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>Stops the clock of every run that has a new epoch or has ended.</summary>
    public void Update(IReadOnlyList<RunRow> activeRuns)
    {
        lock (_lock)
        {
            foreach (var (id, (lastEpoch, since)) in _interrupted)
            {
                var run = activeRuns.FirstOrDefault(run => run.Id == id);
                if (run is null || run.LastEpoch > lastEpoch || (lastEpoch is null && run.LastEpoch is not null))
                {
                    _times.Add(Stopwatch.GetElapsedTime(since));
                    _interrupted.Remove(id);
                }
            }
        }
    }
}

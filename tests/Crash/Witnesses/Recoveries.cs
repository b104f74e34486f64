using System.Diagnostics;

namespace Velodrome.Crash.Witnesses;

/// <summary>How long interrupted runs take until an epoch that was not there before is committed.</summary>
internal sealed class Recoveries
{
    private readonly Dictionary<long, (int? LastEpoch, long Since)> _waiting = [];
    private readonly List<TimeSpan> _times = [];
    private readonly Lock _lock = new();

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

    public bool AllTrain
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count == 0;
            }
        }
    }

    /// <summary>Runs whose worker is dead, as they were then.</summary>
    public void Interrupted(IEnumerable<RunRow> runs)
    {
        lock (_lock)
        {
            foreach (var run in runs)
            {
                _waiting[run.Id] = (run.LastEpoch, Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>The time is to be counted from now on: on one process, from when it listens again.</summary>
    public void Restarted()
    {
        lock (_lock)
        {
            foreach (var (id, (lastEpoch, _)) in _waiting)
            {
                _waiting[id] = (lastEpoch, Stopwatch.GetTimestamp());
            }
        }
    }

    public void Look(IReadOnlyList<RunRow> active)
    {
        lock (_lock)
        {
            foreach (var (id, (lastEpoch, since)) in _waiting)
            {
                var run = active.FirstOrDefault(run => run.Id == id);
                if (run is null || run.LastEpoch > lastEpoch || (lastEpoch is null && run.LastEpoch is not null))
                {
                    _times.Add(Stopwatch.GetElapsedTime(since));
                    _waiting.Remove(id);
                }
            }
        }
    }
}

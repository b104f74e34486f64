namespace Velodrome.Api.Worker;

/// <summary>Tracks when the epochs of a run end, to detect a stall. One thread trains and reports epochs; others ask for a stall.</summary>
internal sealed class RunProgress : IDisposable
{
    private const int None = -1;

    private readonly long _runId;
    private readonly TimeProvider _time;
    private readonly Action<RunProgress> _ended;
    private long _lastProgress;
    private long _longestEpoch;
    private long _reported = None;
    private int _lastEpoch = None;

    /// <param name="runId">The run's id.</param>
    /// <param name="time">Measures the epochs.</param>
    /// <param name="ended">Called when training has ended.</param>
    public RunProgress(long runId, TimeProvider time, Action<RunProgress> ended)
    {
        (_runId, _time, _ended) = (runId, time, ended);
        _lastProgress = time.GetTimestamp();
    }

    /// <summary>Records that an epoch has ended. Takes no lock, because an epoch of a small network takes microseconds.</summary>
    public void EpochEnded(int epoch)
    {
        var now = _time.GetTimestamp();
        if (_lastEpoch != None)
        {
            Volatile.Write(ref _longestEpoch, Math.Max(_longestEpoch, now - _lastProgress));
        }

        Volatile.Write(ref _lastEpoch, epoch);
        Volatile.Write(ref _lastProgress, now);
    }

    /// <summary>Returns the stall, or null while the run makes progress.</summary>
    public StalledRun? FindStall()
    {
        var silence = _time.GetElapsedTime(Volatile.Read(ref _lastProgress));
        var lastEpoch = Volatile.Read(ref _lastEpoch);
        return silence < StallLimit() ? null : new(_runId, lastEpoch == None ? null : lastEpoch, silence);
    }

    /// <summary>True on the first call after each epoch.</summary>
    public bool MarkReported()
    {
        var lastProgress = Volatile.Read(ref _lastProgress);
        return Interlocked.Exchange(ref _reported, lastProgress) != lastProgress;
    }

    public void Dispose() => _ended(this);

    private TimeSpan StallLimit()
    {
        var longest = Volatile.Read(ref _longestEpoch);
        if (longest == 0)
        {
            return WorkerTiming.FirstEpochStallLimit; // no epoch was measured yet
        }

        var limit = WorkerTiming.StallFactor * _time.GetElapsedTime(0, longest);
        return limit > WorkerTiming.MinStallLimit ? limit : WorkerTiming.MinStallLimit;
    }
}

namespace Velodrome.Data.Runs;

/// <summary>
/// Decides how often a run's epochs are written. Epochs that are not written yet are trained again after a crash; every write takes
/// time from training.
/// </summary>
public sealed class WriteThrottle
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Training takes at least this many times as long as writing: writing takes at most a twentieth of the time.</summary>
    private const int TrainingPerWrite = 19;

    private TimeSpan _last;
    private TimeSpan _secondLast;

    /// <summary>Notes how long a write took.</summary>
    public void RecordDuration(TimeSpan duration) => (_secondLast, _last) = (_last, duration);

    /// <summary>
    /// True if it is time for the next write. The cheaper of the last two writes counts: the first write of a process is slow because
    /// its code is compiled, and would otherwise leave seconds of training unwritten.
    /// </summary>
    /// <param name="elapsed">Time since the last write began.</param>
    public bool AllowsWrite(TimeSpan elapsed)
    {
        var cheaper = _last < _secondLast ? _last : _secondLast;
        return elapsed >= Interval && elapsed >= TrainingPerWrite * cheaper;
    }
}

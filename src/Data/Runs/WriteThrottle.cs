namespace Velodrome.Data.Runs;

/// <summary>
/// Decides how often a run's epochs are written. Epochs that are not written yet are trained again after a crash; every write takes
/// time from training.
/// </summary>
public sealed class WriteThrottle
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Least ratio of the time for training to the time for writing: writing takes at most a twentieth of the time.</summary>
    private const int TrainingPerWrite = 19;

    private TimeSpan _last;
    private TimeSpan _secondLast;

    /// <summary>Records the duration of a write.</summary>
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

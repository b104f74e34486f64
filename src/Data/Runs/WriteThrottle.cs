namespace Velodrome.Data.Runs;

/// <summary>How often a run's epochs are written: what is not is repeated after a kill, and what is takes time from training.</summary>
public sealed class WriteThrottle
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Writing may take a twentieth of the time.</summary>
    private const int WorkPerWrite = 19;

    private TimeSpan _last;
    private TimeSpan _earlier;

    /// <summary>A write has ended.</summary>
    public void RecordDuration(TimeSpan time) => (_earlier, _last) = (_last, time);

    /// <summary>Whether to write again. The cheaper one of the last two writes counts: a process compiles during its first, and
    /// seconds of work would otherwise stand unwritten after it.</summary>
    /// <param name="elapsed">Since the last write began.</param>
    public bool AllowsWrite(TimeSpan elapsed) => elapsed >= Interval && (elapsed >= WorkPerWrite * _last || elapsed >= WorkPerWrite * _earlier);
}

namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// Whether threads should share a step: only while they are faster for it. Two processors can for seconds be slower together than one
/// alone, when they turn out to be two threads of one core or when others use the second. So now and then some steps are taken the
/// other way, and the quicker way is kept.
/// </summary>
internal sealed class Trial
{
    /// <summary>Steps that are measured, of each way.</summary>
    public const int Sample = 8;

    /// <summary>Steps from one comparison to the next: the slower way takes less than a hundredth of them.</summary>
    public const int Interval = 1024;

    private readonly double[] _keptTimes = new double[Sample];
    private readonly double[] _otherTimes = new double[Sample];
    private bool _kept = true;
    private int _step = Interval / 2; // not while code is compiled and memory comes in

    /// <summary>Whether the next step is to be shared.</summary>
    public bool Shares => _step < Interval ? _kept : !_kept;

    /// <summary>A step that could be shared has been taken, as <see cref="Shares"/> said.</summary>
    /// <param name="time">For each row, in any unit.</param>
    public void Took(double time)
    {
        if (_step >= Interval)
        {
            _otherTimes[_step - Interval] = time;
        }
        else if (_step >= Interval - Sample)
        {
            _keptTimes[_step - (Interval - Sample)] = time;
        }

        if (++_step == Interval + Sample)
        {
            _kept ^= Median(_otherTimes) < Median(_keptTimes);
            _step = 0;
        }
    }

    /// <summary>A step that was held up counts no more than another.</summary>
    private static double Median(double[] times)
    {
        Array.Sort(times);
        return times[Sample / 2];
    }
}

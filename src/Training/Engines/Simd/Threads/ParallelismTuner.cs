namespace Velodrome.Training.Engines.Simd.Threads;

/// <summary>
/// Whether threads should share a step: only while they are faster for it. Two processors can for seconds be slower together than one
/// alone, when they turn out to be two threads of one core or when others use the second. So now and then some steps are taken the
/// other way, and the quicker way is kept.
/// </summary>
internal sealed class ParallelismTuner
{
    /// <summary>Steps that are measured, of each way.</summary>
    public const int SampleSteps = 8;

    /// <summary>Steps from one comparison to the next: the slower way takes less than a hundredth of them.</summary>
    public const int Interval = 1024;

    private readonly double[] _currentTimes = new double[SampleSteps];
    private readonly double[] _alternativeTimes = new double[SampleSteps];
    private bool _usesThreads = true;
    private int _step = Interval / 2; // not while code is compiled and memory comes in

    /// <summary>Whether the next step is to be shared.</summary>
    public bool UsesThreads => _step < Interval ? _usesThreads : !_usesThreads;

    /// <summary>A step that could be shared has been taken, as <see cref="UsesThreads"/> said.</summary>
    /// <param name="time">For each row, in any unit.</param>
    public void RecordStep(double time)
    {
        if (_step >= Interval)
        {
            _alternativeTimes[_step - Interval] = time;
        }
        else if (_step >= Interval - SampleSteps)
        {
            _currentTimes[_step - (Interval - SampleSteps)] = time;
        }

        if (++_step == Interval + SampleSteps)
        {
            _usesThreads ^= Median(_alternativeTimes) < Median(_currentTimes);
            _step = 0;
        }
    }

    /// <summary>A step that was held up counts no more than another.</summary>
    private static double Median(double[] times)
    {
        Array.Sort(times);
        return times[SampleSteps / 2];
    }
}

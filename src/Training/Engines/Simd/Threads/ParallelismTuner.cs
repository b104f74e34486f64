namespace Velodrome.Training.Engines.Simd.Threads;

/// <summary>
/// Decides whether threads share a step, which they do only while that is faster. Two processors can be slower together than one alone for
/// seconds, when they are two threads of one core or when other processes use the second. So a few steps now and then run the other
/// way, and the faster way is kept.
/// </summary>
internal sealed class ParallelismTuner
{
    /// <summary>Steps that are timed in each way for a comparison.</summary>
    public const int SampleSteps = 8;

    /// <summary>Steps between comparisons. <see cref="SampleSteps"/> of them, less than 1%, run the slower way.</summary>
    public const int Interval = 1024;

    private readonly double[] _currentTimes = new double[SampleSteps];
    private readonly double[] _alternativeTimes = new double[SampleSteps];
    private bool _usesThreads = true;
    private int _step = Interval / 2; // The first comparison comes after the steps in which code is compiled and memory is first touched.

    /// <summary>Whether threads share the next step.</summary>
    public bool UsesThreads => _step < Interval ? _usesThreads : !_usesThreads;

    /// <summary>Records a step that ran as <see cref="UsesThreads"/> said.</summary>
    /// <param name="time">Time per row, in any unit.</param>
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

    /// <summary>Computes the median, which keeps an interrupted step from counting more than another.</summary>
    private static double Median(double[] times)
    {
        Array.Sort(times);
        return times[SampleSteps / 2];
    }
}

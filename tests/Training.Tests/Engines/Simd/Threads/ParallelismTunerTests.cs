using Velodrome.Training.Engines.Simd.Threads;

namespace Velodrome.Training.Tests.Engines.Simd.Threads;

public class ParallelismTunerTests
{
    private readonly ParallelismTuner _tuner = new();

    [Fact]
    public void Nearly_all_steps_use_threads_while_that_is_faster()
    {
        Assert.True(_tuner.UsesThreads);
        Assert.InRange(ShareOfThreads(steps: 50 * ParallelismTuner.Interval, withThreads: 0.6, alone: 1), 0.99, 0.999);
    }

    [Fact]
    public void Hardly_any_step_uses_threads_while_that_is_slower()
    {
        ShareOfThreads(steps: 2 * ParallelismTuner.Interval, withThreads: 1.2, alone: 1);

        Assert.InRange(ShareOfThreads(steps: 50 * ParallelismTuner.Interval, withThreads: 1.2, alone: 1), 0.001, 0.01);
    }

    [Fact]
    public void Steps_use_threads_again_once_that_is_faster()
    {
        ShareOfThreads(steps: 10 * ParallelismTuner.Interval, withThreads: 1.2, alone: 1);
        ShareOfThreads(steps: 2 * ParallelismTuner.Interval, withThreads: 0.6, alone: 1);

        Assert.InRange(ShareOfThreads(steps: 50 * ParallelismTuner.Interval, withThreads: 0.6, alone: 1), 0.99, 0.999);
    }

    [Fact]
    public void Interrupted_steps_do_not_decide()
    {
        var steps = 0;

        Assert.InRange(ShareOfThreads(50 * ParallelismTuner.Interval, () => steps++ % 5 == 0 ? 100 : 0.6, () => 1), 0.99, 0.999);
    }

    private double ShareOfThreads(int steps, double withThreads, double alone) => ShareOfThreads(steps, () => withThreads, () => alone);

    /// <returns>The share of the steps that used threads.</returns>
    private double ShareOfThreads(int steps, Func<double> withThreads, Func<double> alone)
    {
        var count = 0;
        for (var step = 0; step < steps; step++)
        {
            count += _tuner.UsesThreads ? 1 : 0;
            _tuner.RecordStep(_tuner.UsesThreads ? withThreads() : alone());
        }

        return (double)count / steps;
    }
}

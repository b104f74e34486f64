using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Tests.Engines.Simd.Threads;

public class ParallelismTunerTests
{
    private readonly ParallelismTuner _trial = new();

    [Fact]
    public void Steps_are_shared_while_that_is_quicker_and_hardly_one_is_not()
    {
        Assert.True(_trial.UsesThreads);
        Assert.InRange(Shared(steps: 50 * ParallelismTuner.Interval, shared: 0.6, alone: 1), 0.99, 0.999);
    }

    [Fact]
    public void Steps_are_not_shared_while_that_is_slower()
    {
        Shared(steps: 2 * ParallelismTuner.Interval, shared: 1.2, alone: 1);

        Assert.InRange(Shared(steps: 50 * ParallelismTuner.Interval, shared: 1.2, alone: 1), 0.001, 0.01);
    }

    [Fact]
    public void Steps_are_shared_again_once_that_is_quicker()
    {
        Shared(steps: 10 * ParallelismTuner.Interval, shared: 1.2, alone: 1);
        Shared(steps: 2 * ParallelismTuner.Interval, shared: 0.6, alone: 1);

        Assert.InRange(Shared(steps: 50 * ParallelismTuner.Interval, shared: 0.6, alone: 1), 0.99, 0.999);
    }

    [Fact]
    public void A_step_that_is_held_up_decides_nothing()
    {
        var steps = 0;

        Assert.InRange(Shared(50 * ParallelismTuner.Interval, () => steps++ % 5 == 0 ? 100 : 0.6, () => 1), 0.99, 0.999);
    }

    private double Shared(int steps, double shared, double alone) => Shared(steps, () => shared, () => alone);

    /// <returns>Which part of the steps was shared.</returns>
    private double Shared(int steps, Func<double> shared, Func<double> alone)
    {
        var count = 0;
        for (var step = 0; step < steps; step++)
        {
            count += _trial.UsesThreads ? 1 : 0;
            _trial.RecordStep(_trial.UsesThreads ? shared() : alone());
        }

        return (double)count / steps;
    }
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;

namespace Velodrome.Training.Tests.Engines.Simd;

/// <summary>Steps that are large enough to be divided into halves: batches of 250 rows and more with 33,000 parameters.</summary>
public class SimdThreadsTests
{
    [Fact]
    public void A_step_in_halves_trains_as_in_torch()
    {
        var (shape, network) = (new NetworkShape(30, [200, 130], 1), new NetworkOptions { Activation = Activation.Tanh, Dropout = 0.3 });
        var rows = Sample.Rows(600, 30, seed: 8);
        var spec = Sample.Spec(OptimizerKind.Adam, batch: 257) with { LearningRate = 0.001 };
        var weights = InitialWeights.Draw(shape, Activation.Tanh, 1);
        using var torch = new TorchEngine(shape, network, spec, weights);
        using var simd = new SimdEngine(shape, network, spec, weights, maxThreads: 2);

        Assert.All(Losses(torch, rows, 3).Zip(Losses(simd, rows, 3)), pair => Assert.Equal(1, pair.Second / pair.First, 1e-4));
    }

    [Theory]
    [InlineData(LossKind.Mse, 0, 500)]
    [InlineData(LossKind.CrossEntropy, 0.2, 500)]
    [InlineData(LossKind.Mse, 0, 257)] // halves of three chunks and of two
    public void The_number_of_threads_does_not_change_the_result(LossKind loss, double dropout, int batch)
    {
        // The last batch of 20 rows is too small to be divided.
        var shape = new NetworkShape(30, [200, 130], loss == LossKind.CrossEntropy ? 5 : 1);
        var rows = Sample.Rows(1020, 30, seed: 6);
        rows = rows with { Targets = [.. rows.Targets.Select((number, row) => loss == LossKind.CrossEntropy ? row % 5 : number)] };
        var (spec, weights) = (Sample.Spec(OptimizerKind.Adam, loss, batch: batch), InitialWeights.Draw(shape, Activation.Silu, 1));
        var calls = 0;
        var settings = new (int Threads, Func<bool>? MayUseThreads)[]
        {
            (1, null), (2, null), (3, null), (16, null), (2, () => calls++ % 3 == 0),
        };
        var results = settings.Select(setting =>
        {
            using var engine = new SimdEngine(shape, new() { Activation = Activation.Silu, Dropout = dropout }, spec, weights,
                setting.Threads, setting.MayUseThreads);
            return (Losses: Losses(engine, rows, 4), engine.Save().Weights, Predictions: Predictions(engine, rows));
        }).ToArray();

        Assert.All(results, result => Assert.Equal(results[0].Losses, result.Losses));
        Assert.All(results, result => Assert.Equal(results[0].Weights, result.Weights));
        Assert.All(results, result => Assert.Equal(results[0].Predictions, result.Predictions));
        Assert.True(calls > 0);
    }

    [Fact]
    public void A_plan_passes_its_limit_of_threads_to_the_engine()
    {
        var plan = RunPlan.Resolve(Sample.Lesson(seed: 0) with { Engine = EngineKind.Simd }, new(Sample.StudyHours));

        Assert.Equal("maxThreads", Assert.Throws<ArgumentOutOfRangeException>(() => plan.CreateEnsemble(maxThreads: 0)).ParamName);
    }

    [Fact]
    public void Engines_that_train_at_the_same_time_give_the_same_result_as_alone()
    {
        static double[] Train(int seed)
        {
            var shape = new NetworkShape(3, [4, 3], 1);
            var spec = Sample.Spec(OptimizerKind.Adam, batch: 3) with { Seed = seed };
            using var engine = new SimdEngine(shape, new() { Dropout = 0.3 }, spec, Sample.Numbers(shape.Parameters, seed: 1));
            return Losses(engine, Sample.Rows(8, 3, seed: 2), 300);
        }

        var alone = new[] { Train(0), Train(1) };
        var together = new double[2][];
        using var start = new Barrier(2);
        var threads = Enumerable.Range(0, 2).Select(seed => new Thread(() =>
        {
            start.SignalAndWait();
            together[seed] = Train(seed);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(alone, together);
        Assert.NotEqual(alone[0], alone[1]);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(1, 0.3)]
    public void Nothing_is_allocated_after_the_first_step(int threads, double dropout)
    {
        var shape = new NetworkShape(20, [128, 64], 1);
        var (rows, order, outputs) = (Sample.Rows(1000, 20, seed: 1), Sample.Indices(1000), new float[1000]);
        using var engine = new SimdEngine(
            shape, new() { Dropout = dropout }, Sample.Spec(OptimizerKind.Adam, batch: 256), new float[shape.Parameters], threads);
        engine.TrainEpoch(rows, order, static _ => 0.001, default);
        engine.Predict(rows, outputs);

        // The minimum of several: a garbage collection that another test causes may charge this thread for its allocation buffer.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(() =>
        {
            engine.TrainEpoch(rows, order, static _ => 0.001, default);
            engine.Predict(rows, outputs);
        })));

        static long AllocatedBy(Action work)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static double[] Losses(IEngine engine, EncodedRows rows, int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(_ => engine.TrainEpoch(rows, Sample.Indices(rows.Rows), 0.002, default))];

    private static float[] Predictions(IEngine engine, EncodedRows rows)
    {
        var outputs = new float[rows.Rows * engine.Outputs];
        engine.Predict(rows, outputs);
        return outputs;
    }
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd;

public class SimdEngineTests
{
    private static readonly NetworkShape Shape = new(3, [4, 3], 1);
    private static readonly float[] Weights = Sample.Numbers(Shape.Parameters, seed: 1);
    private static readonly EncodedRows Rows = Sample.Rows(8, 3, seed: 2);

    [Theory]
    [InlineData(new[] { 1 }, 1, 1)]
    [InlineData(new int[0], 7, 5)]
    [InlineData(new[] { 1, 1 }, 33, 4)]
    [InlineData(new[] { 7, 17 }, 33, 8)]
    [InlineData(new[] { 33, 1, 17 }, 1, 9)]
    [InlineData(new[] { 17, 33 }, 17, 64)]
    [InlineData(new[] { 130, 270 }, 7, 33)]
    [InlineData(new[] { 300, 10 }, 300, 16)]
    public void Layers_and_batches_of_any_size_train_as_in_torch(int[] hidden, int inputs, int batch)
    {
        // The last batches have from 1 to 33 rows, and the largest batches more than one chunk.
        var shape = new NetworkShape(inputs, hidden, 1);
        var rows = Sample.Rows(batch > 32 ? 297 : 67, inputs, seed: 8);
        var (network, spec) = (new NetworkOptions { Activation = Activation.Tanh }, Sample.Spec(OptimizerKind.Adam, batch: batch));
        var weights = InitialWeights.Draw(shape, Activation.Tanh, 1);
        using var torch = new TorchEngine(shape, network, spec, weights);
        var expected = Losses(torch, rows, 3);
        foreach (var lanes in Lanes)
        {
            using var simd = new SimdEngine(shape, network, spec, weights, lanes: lanes);
            Assert.All(expected.Zip(Losses(simd, rows, 3)), pair => Assert.Equal(1, pair.Second / pair.First, 1e-4));
            Assert.All(Predictions(torch, rows).Zip(Predictions(simd, rows)), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }
    }

    [Fact]
    public void One_row_trains_as_in_torch()
    {
        using var torch = new TorchEngine(Shape, new(), Sample.Spec(), Weights);
        using var simd = new SimdEngine(Shape, new(), Sample.Spec(), Weights);
        var one = Sample.Rows(1, 3, seed: 3);

        Assert.All(Losses(torch, one, 5).Zip(Losses(simd, one, 5)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    public void Vectors_of_any_width_agree_to_rounding(int batch)
    {
        var shape = new NetworkShape(9, [40, 20], 1);
        var rows = Sample.Rows(150, 9, seed: 4);
        var network = new NetworkOptions { Dropout = 0.2, Activation = Activation.Gelu };
        var weights = InitialWeights.Draw(shape, Activation.Gelu, 1);
        var histories = Lanes.Select(lanes =>
        {
            using var engine = new SimdEngine(shape, network, Sample.Spec(batch: batch), weights, lanes: lanes);
            return Losses(engine, rows, 5);
        }).ToArray();

        Assert.All(histories, history => Assert.All(history.Zip(histories[0]), pair => Assert.Equal(1, pair.First / pair.Second, 1e-5)));
    }

    public static TheoryData<OptimizerKind, double?> Optimizers => new()
    {
        { OptimizerKind.Adam, null },
        { OptimizerKind.AdamW, null },
        { OptimizerKind.RmsProp, null },
        { OptimizerKind.Sgd, 0.0 },
        { OptimizerKind.Sgd, 0.9 },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_continues_in_one_engine_from_a_state_of_the_other(OptimizerKind optimizer, double? momentum)
    {
        using var torch = new TorchEngine(Shape, WithDropout, SpecOf(optimizer, momentum), Weights);
        using var simd = new SimdEngine(Shape, WithDropout, SpecOf(optimizer, momentum), Weights);
        using var torchAfterSimd = new TorchEngine(Shape, WithDropout, SpecOf(optimizer, momentum), new float[Weights.Length]);
        using var simdAfterTorch = new SimdEngine(Shape, WithDropout, SpecOf(optimizer, momentum), new float[Weights.Length]);
        Losses(torch, Rows, 5);
        Losses(simd, Rows, 5);

        torchAfterSimd.Load(simd.Save());
        simdAfterTorch.Load(torch.Save());

        Assert.Equal(torch.Save().Steps, simd.Save().Steps);
        var expected = Losses(torch, Rows, 5);
        Assert.All<double[]>([Losses(torchAfterSimd, Rows, 5), Losses(simdAfterTorch, Rows, 5)],
            losses => Assert.All(expected.Zip(losses), pair => Assert.Equal(1, pair.Second / pair.First, 1e-4)));
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_that_is_saved_and_loaded_gives_the_same_result_as_without_a_break(OptimizerKind optimizer, double? momentum)
    {
        using var straight = new SimdEngine(Shape, WithDropout, SpecOf(optimizer, momentum), Weights);
        using var first = new SimdEngine(Shape, WithDropout, SpecOf(optimizer, momentum), Weights);
        using var second = new SimdEngine(Shape, WithDropout, SpecOf(optimizer, momentum), Sample.Numbers(Shape.Parameters, seed: 99));

        var expected = Losses(straight, Rows, 7);
        var before = Losses(first, Rows, 4);
        var saved = first.Save();
        Losses(first, Rows, 2); // A saved state is a copy: further training does not change it.
        second.Load(saved);

        Assert.Equal(expected, before.Concat(Losses(second, Rows, 3)));
        var (one, other) = (straight.Save(), second.Save());
        Assert.Equal(one.Weights, other.Weights);
        Assert.Equal(one.Moments, other.Moments);
        Assert.Equal(one.Steps, other.Steps);
    }

    [Fact]
    public void The_state_of_a_new_engine_holds_the_given_weights()
    {
        var shape = new NetworkShape(33, [17, 40], 7);
        var weights = Sample.Numbers(shape.Parameters, seed: 5);
        using var engine = new SimdEngine(shape, new(), Sample.Spec(OptimizerKind.Adam), weights);

        var state = engine.Save();

        Assert.Equal(weights, state.Weights);
        Assert.Equal(2, state.Moments.Count);
        Assert.All(state.Moments, moment => Assert.Equal(new float[shape.Parameters], moment));
        Assert.Equal(0, state.Steps);
    }

    [Fact]
    public void Rows_without_targets_and_tables_without_rows_can_be_predicted()
    {
        using var engine = new SimdEngine(Shape, new(), Sample.Spec(batch: 3), Weights);

        Assert.Equal(Predictions(engine, Rows), Predictions(engine, Rows with { Targets = [] }));
        Assert.Empty(Predictions(engine, new([], [], null, 0, 3)));
    }

    private static readonly Dictionary<string, Action<SimdEngine>> CallsWithMisfits = new()
    {
        ["weights of another network"] = _ => new SimdEngine(Shape, new(), Sample.Spec(), [1]).Dispose(),
        ["no threads"] = _ => new SimdEngine(Shape, new(), Sample.Spec(), Weights, maxThreads: 0).Dispose(),
        ["vectors of five lanes"] = _ => new SimdEngine(Shape, new(), Sample.Spec(), Weights, lanes: 5).Dispose(),
        ["rows too narrow for training"] = engine => engine.TrainEpoch(Sample.Rows(8, 2, 1), [0], 0.1, default),
        ["rows too wide for prediction"] = engine => engine.Predict(Sample.Rows(8, 4, 1), new float[8]),
        ["fewer features than rows"] = engine => engine.Predict(Rows with { Rows = 9 }, new float[9]),
        ["fewer targets than rows"] = engine => engine.TrainEpoch(Rows with { Targets = new float[7] }, [7], 0.1, default),
        ["fewer weights than rows"] = engine => engine.TrainEpoch(Rows with { Weights = new float[7] }, [7], 0.1, default),
        ["a row after the end of the table"] = engine => engine.TrainEpoch(Rows, [0, 8], 0.1, default),
        ["a negative row"] = engine => engine.TrainEpoch(Rows, [-1], 0.1, default),
        ["outputs too short"] = engine => engine.Predict(Rows, new float[7]),
        ["outputs too long"] = engine => engine.Predict(Rows, new float[9]),
        ["a state with fewer weights"] = engine => engine.Load(engine.Save() with { Weights = new float[3] }),
        ["a state with shorter moments"] = engine => engine.Load(engine.Save() with { Moments = [new float[3], new float[3]] }),
        ["a state of an optimizer with fewer moments"] = engine => engine.Load(engine.Save() with { Moments = [] }),
        ["a state of an optimizer with more moments"] = engine => engine.Load(engine.Save() with { Moments = [Weights, Weights, Weights] }),
    };

    public static TheoryData<string> Misfits => [.. CallsWithMisfits.Keys];

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Arguments_that_do_not_fit_are_refused(string misfit)
    {
        using var engine = new SimdEngine(Shape, new(), Sample.Spec(OptimizerKind.Adam), Weights);

        Assert.ThrowsAny<ArgumentException>(() => CallsWithMisfits[misfit](engine));

        Assert.Equal(Weights, engine.Save().Weights);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_target_class_without_an_output_is_refused(float target)
    {
        var shape = new NetworkShape(3, [4], 3);
        using var engine = new SimdEngine(shape, new(), Sample.Spec(loss: LossKind.CrossEntropy), new float[shape.Parameters]);

        var rows = Rows with { Targets = [0, 1, 2, 0, 1, 2, 0, target] };

        Assert.Throws<ArgumentException>(() => engine.TrainEpoch(rows, Sample.Indices(8), 0.1, default));
    }

    [Fact]
    public void Cancelling_ends_an_epoch_between_two_batches()
    {
        using var engine = new SimdEngine(Shape, new(), Sample.Spec(batch: 1), Weights);
        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, [0, 1], 0.1, new CancellationToken(canceled: true)));
        Assert.Equal(0, engine.Save().Steps);

        var order = new int[5_000_000];
        using var cancellation = new CancellationTokenSource();

        // A separate thread: a timer would wait for a thread pool that other tests keep busy.
        var cancelling = new Thread(cancellation.Cancel);
        cancelling.Start();
        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, order, 0.001, cancellation.Token));
        cancelling.Join();
        Assert.InRange(engine.Save().Steps, 0, order.Length - 1);
    }

    [Theory]
    [InlineData(64, 32, 65_536, true)]
    [InlineData(512, 512, 1024, true)]
    [InlineData(2048, 2048, 64, true)]
    [InlineData(1024, 1024, 4096, true)]
    [InlineData(1024, 1024, 8192, false)]
    [InlineData(2048, 2048, 512, true)]
    [InlineData(2048, 2048, 4096, false)]
    [InlineData(4096, 4096, 1024, false)]
    public void The_simd_engine_is_faster_except_for_large_networks_with_large_batches(int first, int second, int batch, bool faster) =>
        Assert.Equal(faster, SimdEngine.IsFasterFor(new(20, [first, second], 1), batch));

    private static int?[] Lanes => [null, 4, 8, 16, 32];

    private static NetworkOptions WithDropout => new() { Dropout = 0.3 };

    private static TrainingSpec SpecOf(OptimizerKind optimizer, double? momentum) =>
        Sample.Spec(optimizer, batch: 3) with { Momentum = momentum, Seed = 3, WeightDecay = 0.01 };

    private static double[] Losses(IEngine engine, EncodedRows rows, int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(_ => engine.TrainEpoch(rows, Sample.Indices(rows.Rows), 0.002, default))];

    private static float[] Predictions(IEngine engine, EncodedRows rows)
    {
        var outputs = new float[rows.Rows * engine.Outputs];
        engine.Predict(rows, outputs);
        return outputs;
    }
}

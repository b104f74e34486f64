using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd;

public class SimdEngineTests
{
    private static readonly NetworkShape Shape = new(3, [4, 3], 1);
    private static readonly float[] Weights = Sample.Numbers(Shape.Parameters, seed: 1);
    private static readonly EncodedRows Rows = Sample.Rows(8, 3, seed: 2);

    public static IEnumerable<object[]> ActivationsAndLosses =>
        from activation in Enum.GetValues<Activation>()
        from loss in new[] { LossKind.Mse, LossKind.Mae, LossKind.Huber }
        select new object[] { activation, loss };

    [Theory]
    [MemberData(nameof(ActivationsAndLosses))]
    public void The_gradient_is_that_of_finite_differences(Activation activation, LossKind loss)
    {
        var start = Array.ConvertAll(Weights, weight => (double)weight);
        var expected = new PlainNetwork([3, 4, 3, 1], activation).Gradient(loss, start, Rows);

        var gradient = GradientOf(Shape, activation, loss, Rows);

        Assert.True(expected.Max(Math.Abs) > 0.05, "A gradient near zero would show nothing.");
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(40)]
    public void The_gradient_of_weighted_cross_entropy_is_that_of_finite_differences(int classes)
    {
        // A linear model: PlainNetwork without its hidden layers, once per class.
        var shape = new NetworkShape(3, [], classes);
        var rows = Rows with { Targets = [.. Enumerable.Range(0, 8).Select(row => (float)(row * 5 % classes))], Weights = [1, 2, 0.5f, 1, 1, 0.25f, 3, 1] };
        var weights = Sample.Numbers(shape.Parameters, seed: 1);

        var gradient = GradientOf(shape, Activation.Relu, LossKind.CrossEntropy, rows);

        double LossAt(double[] parameters) => Enumerable.Range(0, 8).Average(row =>
        {
            var scores = Enumerable.Range(0, classes).Select(c => parameters[3 * classes + c] + Enumerable.Range(0, 3).Sum(i => rows.Features[row * 3 + i] * parameters[i * classes + c])).ToArray();
            return rows.Weights![row] * (Math.Log(scores.Sum(Math.Exp)) - scores[(int)rows.Targets[row]]);
        });
        for (var i = 0; i < weights.Length; i++)
        {
            var (up, down) = (Array.ConvertAll(weights, weight => (double)weight), Array.ConvertAll(weights, weight => (double)weight));
            up[i] += 1e-6;
            down[i] -= 1e-6;
            Assert.Equal((LossAt(up) - LossAt(down)) / 2e-6, gradient[i], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(ActivationValues))]
    public void Activations_are_right_to_the_sixth_digit(Activation activation, float x, double expected)
    {
        // One unit between weights of 1: the output is the activation.
        using var engine = new SimdEngine(new(1, [1], 1), new() { Activation = activation }, Sample.Spec(), [1, 0, 1, 0]);

        Assert.Equal(expected, Predictions(engine, new([x], [], null, 1, 1))[0], 1e-6 * Math.Abs(expected) + 1e-7 * Math.Min(1, Math.Abs(x)));
    }

    public static IEnumerable<object[]> ActivationValues =>
        from activation in Enum.GetValues<Activation>()
        from x in new[] { -200, -90, -20, -5.5f, -3, -1, -0.4f, -1e-3f, -1e-6f, 0, 1e-6f, 0.01f, 0.3f, 0.9f, 2, 4.7f, 20, 90, 200 }
        select new object[] { activation, x, activation switch
        {
            Activation.Relu => Math.Max(0, x),
            Activation.LeakyRelu => Math.Max(0.01 * x, x),
            Activation.Tanh => Math.Tanh(x),
            Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
            Activation.Silu => x / (1 + Math.Exp(-x)),
            Activation.Elu => x > 0 ? x : double.ExpM1(x),
            _ => x * 0.5 * (1 + Erf.Evaluate(x / Math.Sqrt(2))),
        } };

    [Theory]
    [InlineData(new[] { 1 }, 1, 1)]
    [InlineData(new int[0], 7, 5)]
    [InlineData(new[] { 1, 1 }, 33, 4)]
    [InlineData(new[] { 7, 17 }, 33, 8)]
    [InlineData(new[] { 33, 1, 17 }, 1, 9)]
    [InlineData(new[] { 17, 33 }, 17, 64)]
    [InlineData(new[] { 130, 270 }, 7, 33)]
    [InlineData(new[] { 300, 10 }, 300, 16)]
    public void Any_width_and_any_batch_trains_as_in_torch(int[] hidden, int inputs, int batch)
    {
        // Nine batches of 8, 9 of 33 rows: last batches of every kind, and more rows than one chunk.
        var shape = new NetworkShape(inputs, hidden, 1);
        var rows = Sample.Rows(batch > 32 ? 297 : 67, inputs, seed: 8);
        var (spec, weights) = (Sample.Spec(OptimizerKind.Adam, batch: batch) with { LearningRate = 0.001 }, InitialWeights.Draw(shape, Activation.Tanh, 1));
        using var torch = new TorchEngine(shape, new() { Activation = Activation.Tanh }, spec, weights);
        var expected = Losses(torch, rows, 3);
        foreach (var lanes in Lanes)
        {
            using var simd = new SimdEngine(shape, new() { Activation = Activation.Tanh }, spec, weights, lanes: lanes);
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
    public void Narrower_vectors_give_the_same_to_rounding(int batch)
    {
        var shape = new NetworkShape(9, [40, 20], 1);
        var rows = Sample.Rows(150, 9, seed: 4);
        var histories = Lanes.Select(lanes =>
        {
            using var engine = new SimdEngine(shape, new() { Dropout = 0.2, Activation = Activation.Gelu }, Sample.Spec(batch: batch), InitialWeights.Draw(shape, Activation.Gelu, 1), lanes: lanes);
            return Losses(engine, rows, 5);
        }).ToArray();

        Assert.All(histories, history => Assert.All(history.Zip(histories[0]), pair => Assert.Equal(1, pair.First / pair.Second, 1e-5)));
    }

    [Fact]
    public void A_step_in_halves_trains_as_in_torch()
    {
        var (shape, network) = (new NetworkShape(30, [200, 130], 1), new NetworkOptions { Activation = Activation.Tanh, Dropout = 0.3 });
        var rows = Sample.Rows(600, 30, seed: 8);
        var (spec, weights) = (Sample.Spec(OptimizerKind.Adam, batch: 257) with { LearningRate = 0.001 }, InitialWeights.Draw(shape, Activation.Tanh, 1));
        using var torch = new TorchEngine(shape, network, spec, weights);
        using var simd = new SimdEngine(shape, network, spec, weights, maxThreads: 2);

        Assert.All(Losses(torch, rows, 3).Zip(Losses(simd, rows, 3)), pair => Assert.Equal(1, pair.Second / pair.First, 1e-4));
    }

    [Theory]
    [InlineData(LossKind.Mse, 0, 500)]
    [InlineData(LossKind.CrossEntropy, 0.2, 500)]
    [InlineData(LossKind.Mse, 0, 257)] // halves of three chunks and of two
    public void The_number_of_threads_does_not_change_a_bit(LossKind loss, double dropout, int batch)
    {
        // Such batches and 33,000 parameters are large enough to be shared out; the last batch of 20 is not.
        var shape = new NetworkShape(30, [200, 130], loss == LossKind.CrossEntropy ? 5 : 1);
        var rows = Sample.Rows(1020, 30, seed: 6);
        rows = rows with { Targets = [.. rows.Targets.Select((number, row) => loss == LossKind.CrossEntropy ? row % 5 : number)] };
        var (spec, weights) = (Sample.Spec(OptimizerKind.Adam, loss, batch: batch), InitialWeights.Draw(shape, Activation.Silu, 1));
        var asked = 0;
        var results = new (int Threads, Func<bool>? MayShare)[] { (1, null), (2, null), (3, null), (2, () => asked++ % 3 == 0) }.Select(of =>
        {
            using var engine = new SimdEngine(shape, new() { Activation = Activation.Silu, Dropout = dropout }, spec, weights, of.Threads, of.MayShare);
            return (Losses: Losses(engine, rows, 4), engine.Save().Weights, Predictions: Predictions(engine, rows));
        }).ToArray();

        Assert.All(results, result => Assert.Equal(results[0].Losses, result.Losses));
        Assert.All(results, result => Assert.Equal(results[0].Weights, result.Weights));
        Assert.All(results, result => Assert.Equal(results[0].Predictions, result.Predictions));
        Assert.True(asked > 0);
    }

    public static TheoryData<OptimizerKind, double?> Optimizers => new()
    {
        { OptimizerKind.Adam, null }, { OptimizerKind.AdamW, null }, { OptimizerKind.RmsProp, null }, { OptimizerKind.Sgd, 0.0 }, { OptimizerKind.Sgd, 0.9 },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_state_of_one_engine_goes_on_in_the_other(OptimizerKind optimizer, double? momentum)
    {
        using var torch = new TorchEngine(Shape, Dropping, SpecOf(optimizer, momentum), Weights);
        using var simd = new SimdEngine(Shape, Dropping, SpecOf(optimizer, momentum), Weights);
        using var torchAfterSimd = new TorchEngine(Shape, Dropping, SpecOf(optimizer, momentum), new float[Weights.Length]);
        using var simdAfterTorch = new SimdEngine(Shape, Dropping, SpecOf(optimizer, momentum), new float[Weights.Length]);
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
    public void Saved_and_loaded_in_between_training_gives_the_same_bits_as_straight_on(OptimizerKind optimizer, double? momentum)
    {
        using var straight = new SimdEngine(Shape, Dropping, SpecOf(optimizer, momentum), Weights);
        using var first = new SimdEngine(Shape, Dropping, SpecOf(optimizer, momentum), Weights);
        using var second = new SimdEngine(Shape, Dropping, SpecOf(optimizer, momentum), Sample.Numbers(Shape.Parameters, seed: 99));

        var expected = Losses(straight, Rows, 7);
        var before = Losses(first, Rows, 4);
        var saved = first.Save();
        Losses(first, Rows, 2);         // A saved state is a copy: training on does not move it.
        second.Load(saved);

        Assert.Equal(expected, before.Concat(Losses(second, Rows, 3)));
        var (one, other) = (straight.Save(), second.Save());
        Assert.Equal(one.Weights, other.Weights);
        Assert.Equal(one.Moments, other.Moments);
        Assert.Equal(one.Steps, other.Steps);
    }

    [Fact]
    public void A_fresh_state_holds_the_weights_as_they_were_given()
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
    public void Engines_that_train_at_the_same_time_give_the_same_bits_as_alone()
    {
        static double[] Train(int seed)
        {
            using var engine = new SimdEngine(Shape, Dropping, SpecOf(OptimizerKind.Adam, null) with { Seed = seed }, Weights);
            return Losses(engine, Rows, 300);
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
        var (rows, order, outputs) = (Sample.Rows(1000, 20, seed: 1), Sample.Upto(1000), new float[1000]);
        using var engine = new SimdEngine(shape, new() { Dropout = dropout }, Sample.Spec(OptimizerKind.Adam, batch: 256), new float[shape.Parameters], threads);
        engine.TrainEpoch(rows, order, 0.001, default);
        engine.Predict(rows, outputs);

        // A collection that another test sets off may charge this thread with the rest of its allocation buffer.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(() =>
        {
            engine.TrainEpoch(rows, order, 0.001, default);
            engine.Predict(rows, outputs);
        })));

        static long AllocatedBy(Action work)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_shows_in_the_loss(float feature)
    {
        foreach (var activation in Enum.GetValues<Activation>().Except([Activation.Tanh, Activation.Sigmoid]))
        {
            using var engine = new SimdEngine(Shape, new() { Activation = activation }, Sample.Spec(), Weights);
            using var torch = new TorchEngine(Shape, new() { Activation = activation }, Sample.Spec(), Weights);
            var rows = Rows with { Features = [feature, .. Rows.Features[1..]] };

            Assert.Equal(Losses(torch, rows, 3).Select(double.IsFinite), Losses(engine, rows, 3).Select(double.IsFinite));
        }
    }

    [Fact]
    public void Rows_without_targets_can_be_predicted_and_no_rows_too()
    {
        using var engine = new SimdEngine(Shape, new(), Sample.Spec(batch: 3), Weights);

        Assert.Equal(Predictions(engine, Rows), Predictions(engine, Rows with { Targets = [] }));
        Assert.Empty(Predictions(engine, new([], [], null, 0, 3)));
    }

    private static readonly Dictionary<string, Action<SimdEngine>> ActsOfMisfits = new()
    {
        ["weights of another network"] = _ => new SimdEngine(Shape, new(), Sample.Spec(), [1]).Dispose(),
        ["no threads"] = _ => new SimdEngine(Shape, new(), Sample.Spec(), Weights, maxThreads: 0).Dispose(),
        ["vectors of five"] = _ => new SimdEngine(Shape, new(), Sample.Spec(), Weights, lanes: 5).Dispose(),
        ["rows too narrow for training"] = engine => engine.TrainEpoch(Sample.Rows(8, 2, 1), [0], 0.1, default),
        ["rows too wide for prediction"] = engine => engine.Predict(Sample.Rows(8, 4, 1), new float[8]),
        ["fewer features than rows"] = engine => engine.Predict(Rows with { Rows = 9 }, new float[9]),
        ["fewer targets than rows"] = engine => engine.TrainEpoch(Rows with { Targets = new float[7] }, [7], 0.1, default),
        ["fewer weights than rows"] = engine => engine.TrainEpoch(Rows with { Weights = new float[7] }, [7], 0.1, default),
        ["a row beyond the table"] = engine => engine.TrainEpoch(Rows, [0, 8], 0.1, default),
        ["a row before the table"] = engine => engine.TrainEpoch(Rows, [-1], 0.1, default),
        ["outputs too short"] = engine => engine.Predict(Rows, new float[7]),
        ["outputs too long"] = engine => engine.Predict(Rows, new float[9]),
        ["a state with fewer weights"] = engine => engine.Load(engine.Save() with { Weights = new float[3] }),
        ["a state with shorter moments"] = engine => engine.Load(engine.Save() with { Moments = [new float[3], new float[3]] }),
        ["a state of an optimizer with fewer moments"] = engine => engine.Load(engine.Save() with { Moments = [] }),
        ["a state of an optimizer with more moments"] = engine => engine.Load(engine.Save() with { Moments = [Weights, Weights, Weights] }),
    };

    public static TheoryData<string> Misfits => [.. ActsOfMisfits.Keys];

    [Theory]
    [MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_an_argument_exception(string misfit)
    {
        using var engine = new SimdEngine(Shape, new(), Sample.Spec(OptimizerKind.Adam), Weights);

        Assert.ThrowsAny<ArgumentException>(() => ActsOfMisfits[misfit](engine));

        Assert.Equal(Weights, engine.Save().Weights);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_class_that_the_network_does_not_know_cannot_be_trained_on(float target)
    {
        var shape = new NetworkShape(3, [4], 3);
        using var engine = new SimdEngine(shape, new(), Sample.Spec(loss: LossKind.CrossEntropy), new float[shape.Parameters]);

        Assert.Throws<ArgumentException>(() => engine.TrainEpoch(Rows with { Targets = [0, 1, 2, 0, 1, 2, 0, target] }, Sample.Upto(8), 0.1, default));
    }

    [Fact]
    public void Cancelling_ends_an_epoch_between_its_batches()
    {
        using var engine = new SimdEngine(Shape, new(), Sample.Spec(batch: 1), Weights);
        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, [0, 1], 0.1, new CancellationToken(canceled: true)));
        Assert.Equal(0, engine.Save().Steps);

        var order = new int[5_000_000];
        using var asked = new CancellationTokenSource();
        var asker = new Thread(asked.Cancel); // a thread of its own: a timer may wait for the pool that other tests keep busy
        asker.Start();
        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, order, 0.001, asked.Token));
        asker.Join();
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
    public void It_is_the_faster_one_but_for_large_networks_with_large_batches(int first, int second, int batch, bool faster) =>
        Assert.Equal(faster, SimdEngine.IsFasterFor(new(20, [first, second], 1), batch));

    private static int?[] Lanes => [null, 4, 8, 16, 32];

    private static NetworkOptions Dropping => new() { Dropout = 0.3 };

    private static TrainingSpec SpecOf(OptimizerKind optimizer, double? momentum) => Sample.Spec(optimizer, batch: 3) with { Momentum = momentum, Seed = 3, WeightDecay = 0.01 };

    /// <summary>One step of plain gradient descent at rate 1: weights before, less weights after.</summary>
    private static double[] GradientOf(NetworkShape shape, Activation activation, LossKind loss, EncodedRows rows)
    {
        var weights = Sample.Numbers(shape.Parameters, seed: 1);
        using var engine = new SimdEngine(shape, new() { Activation = activation }, Sample.Spec(loss: loss) with { Momentum = 0 }, weights);
        engine.TrainEpoch(rows, Sample.Upto(rows.Rows), learningRate: 1, default);
        return [.. weights.Zip(engine.Save().Weights, (before, after) => (double)before - after)];
    }

    private static double[] Losses(IEngine engine, EncodedRows rows, int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(_ => engine.TrainEpoch(rows, Sample.Upto(rows.Rows), 0.002, default))];

    private static float[] Predictions(IEngine engine, EncodedRows rows)
    {
        var outputs = new float[rows.Rows * engine.Outputs];
        engine.Predict(rows, outputs);
        return outputs;
    }
}

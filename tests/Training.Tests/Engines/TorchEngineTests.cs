using TorchSharp;
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

namespace Velodrome.Training.Tests.Engines;

public class TorchEngineTests
{
    private static readonly NetworkShape Shape = new(3, [4, 3], 1);
    private static readonly float[] Weights = Sample.Numbers(Shape.Parameters, seed: 1);
    private static readonly EncodedRows Rows = Sample.Rows(8, 3, seed: 2);

    /// <summary>1 on average, as those of training rows are, and one row that counts nothing.</summary>
    private static readonly float[] RowWeights = [0.25f, 2, 0.5f, 3, 0, 0.25f, 1.5f, 0.5f];

    public static IEnumerable<object[]> ActivationsLossesDecaysAndWeights =>
        from activation in Enum.GetValues<Activation>()
        from loss in Enum.GetValues<LossKind>()
        from decay in new[] { 0, 0.1 }
        from weighted in new[] { false, true }
        select new object[] { activation, loss, decay, weighted };

    [Theory]
    [MemberData(nameof(ActivationsLossesDecaysAndWeights))]
    public void The_gradient_is_that_of_finite_differences(Activation activation, LossKind loss, double decay, bool weighted)
    {
        // One step of plain gradient descent at rate 1: weights before, less weights after.
        var (outputs, rows) = loss == LossKind.CrossEntropy ? (3, Sample.ClassRows(8, 3, classes: 3, seed: 2)) : (1, Rows);
        rows = weighted ? rows with { Weights = RowWeights } : rows;
        var shape = new NetworkShape(3, [4, 3], outputs);
        var weights = Sample.Numbers(shape.Parameters, seed: 1);
        using var engine = new TorchEngine(shape, new() { Activation = activation }, Sample.Spec(loss: loss) with { Momentum = 0, WeightDecay = decay }, weights);
        engine.TrainEpoch(rows, Sample.Upto(8), learningRate: 1, default);
        var gradient = weights.Zip(engine.Save().Weights, (before, after) => (double)before - after).ToArray();

        var start = Array.ConvertAll(weights, weight => (double)weight);
        var expected = new PlainNetwork([3, 4, 3, outputs], activation).Gradient(loss, start, rows)
            .Zip(start, (slope, weight) => slope + decay * weight).ToArray();

        Assert.True(expected.Max(Math.Abs) > 0.05, "A gradient near zero would show nothing.");
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    /// <summary>
    /// Weight and bias after each of four steps from (1.5, -0.5), rows (2 -> 1) and (-1 -> 3) as one batch, mean squared error,
    /// rates 0.1, 0.1, 0.05, 0.05. Worked in Python's doubles from the formulas of Kingma and Ba (Adam: 0.9, 0.999, 1e-8; decay
    /// added to the gradient), Loshchilov and Hutter (AdamW: weights shrunk by rate x decay first), Tieleman and Hinton (RMSProp:
    /// 0.99, epsilon 1e-8 beside the root) and Polyak (momentum: v = mu v + g, w -= rate v).
    /// </summary>
    public static TheoryData<OptimizerKind, double?, double, double[]> OptimizerTables => new()
    {
        { OptimizerKind.Adam, null, 0, [1.4000000001, -0.4000000003, 1.3001664859, -0.3000860463, 1.2503949099, -0.2502025502, 1.2007548986, -0.2003861703] },
        { OptimizerKind.Adam, null, 0.1, [1.4000000001, -0.4000000003, 1.3001677409, -0.3000944091, 1.2503979382, -0.2502224160, 1.2007607348, -0.2004241353] },
        { OptimizerKind.AdamW, null, 0, [1.4000000001, -0.4000000003, 1.3001664859, -0.3000860463, 1.2503949099, -0.2502025502, 1.2007548986, -0.2003861703] },
        { OptimizerKind.AdamW, null, 0.1, [1.3850000001, -0.3950000003, 1.2713534662, -0.2911311804, 1.2152757850, -0.2397847391, 1.1596379326, -0.1887573738] },
        { OptimizerKind.RmsProp, null, 0, [0.5000000125, 0.4999999714, 0.0509867594, 1.0831721380, -0.0765422214, 1.2759787113, -0.1781621793, 1.4332869554] },
        { OptimizerKind.RmsProp, null, 0.1, [0.5000000123, 0.4999999718, 0.0531901426, 1.0699373509, -0.0724414576, 1.2546089489, -0.1720717694, 1.4043781395] },
        { OptimizerKind.Sgd, 0.0, 0, [0.7, -0.15, 0.265, 0.21, 0.13825, 0.37575, 0.0349, 0.5312625] },
        { OptimizerKind.Sgd, 0.0, 0.1, [0.685, -0.145, 0.25015, 0.21695, 0.12551425, 0.38166275, 0.0244249787, 0.5353124488] },
        { OptimizerKind.Sgd, 0.9, 0, [0.7, -0.15, -0.455, 0.525, -0.93725, 0.999, -1.2369125, 1.5725625] },
        { OptimizerKind.Sgd, 0.9, 0.1, [0.685, -0.145, -0.48335, 0.53645, -0.96267575, 1.01094275, -1.2491337463, 1.5799710238] },
    };

    [Theory]
    [MemberData(nameof(OptimizerTables))]
    public void Steps_are_those_of_the_papers_formulas(OptimizerKind optimizer, double? momentum, double decay, double[] expected)
    {
        using var engine = Line(optimizer, [1.5f, -0.5f], momentum, decay);
        var steps = new List<float>();
        foreach (var rate in new[] { 0.1, 0.1, 0.05, 0.05 })
        {
            engine.TrainEpoch(new([2, -1], [1, 3], null, 2, 1), [0, 1], rate, default);
            steps.AddRange(engine.Save().Weights);
        }

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], steps[i], 2e-6);
        }
    }

    /// <summary>From (0, 0), row (2 -> 5e-9), rate 1e-9: gradients as small as the epsilon beside the root, so that its size and place show.</summary>
    [Theory]
    [InlineData(OptimizerKind.Adam, new[] { 6.666666666666672e-10, 5.000000000000002e-10, 1.270313946007231e-09, 9.393360852454592e-10, 1.7858460596739542e-09, 1.3037182055797944e-09 })]
    [InlineData(OptimizerKind.AdamW, new[] { 6.666666666666672e-10, 5.000000000000002e-10, 1.270313946007231e-09, 9.393360852454592e-10, 1.7858460596739542e-09, 1.3037182055797944e-09 })]
    [InlineData(OptimizerKind.RmsProp, new[] { 1.6666666666666667e-09, 9.090909090909091e-10, 1.918920428118806e-09, 1.0467511422269394e-09, 1.9573790024878406e-09, 1.0677312136599158e-09 })]
    public void Epsilon_is_1e8th_and_stands_beside_the_root(OptimizerKind optimizer, double[] expected)
    {
        using var engine = Line(optimizer, [0, 0]);
        var steps = new List<float>();
        for (var step = 0; step < 3; step++)
        {
            engine.TrainEpoch(new([2], [5e-9f], null, 1, 1), [0], 1e-9, default);
            steps.AddRange(engine.Save().Weights);
        }

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(1, steps[i] / expected[i], 1e-4);
        }
    }

    [Fact]
    public void The_training_loss_is_the_row_weighted_mean_of_the_batches_as_they_were_trained_on()
    {
        // From (0, 0), rows 1 -> 2 and 2 -> 4: errors -2 and -4, loss 10, gradient (-10, -6), so (1, 0.6) at rate 0.1.
        // Then row 3 -> 6: output 3.6, loss 5.76. Mean over the rows: (2 x 10 + 5.76) / 3.
        using var engine = Line(OptimizerKind.Sgd, [0, 0], batch: 2);

        Assert.Equal(25.76 / 3, engine.TrainEpoch(new([1, 2, 3], [2, 4, 6], null, 3, 1), [0, 1, 2], 0.1, default), 1e-5);
    }

    [Fact]
    public void Rows_are_trained_in_the_order_given()
    {
        // Row 3 -> 6 alone, then row 1 -> 2: loss 36 and gradient (-36, -12), so (3.6, 1.2); output 4.8, loss 7.84.
        using var engine = Line(OptimizerKind.Sgd, [0, 0], batch: 1);

        Assert.Equal((36 + 7.84) / 2, engine.TrainEpoch(new([1, 2, 3], [2, 4, 6], null, 3, 1), [2, 0], 0.1, default), 1e-5);
    }

    [Fact]
    public void Weights_go_with_their_rows_into_every_batch_and_into_the_training_loss()
    {
        // From (0, 0), row 3 -> 6 of weight 0.5 alone: loss 18, gradient (-18, -6), so (1.8, 0.6) at rate 0.1.
        // Then row 1 -> 2 of weight 2: output 2.4, loss 2 x 0.16.
        using var engine = Line(OptimizerKind.Sgd, [0, 0], batch: 1);

        Assert.Equal((18 + 0.32) / 2, engine.TrainEpoch(new([1, 2, 3], [2, 4, 6], [2, 9, 0.5f], 3, 1), [2, 0], 0.1, default), 1e-5);
    }

    [Fact]
    public void A_row_of_weight_0_changes_nothing()
    {
        var rows = Sample.ClassRows(8, 3, classes: 3, seed: 2) with { Weights = [1, 1, 1, 1, 1, 1, 0, 0] };
        var other = rows with { Features = [.. rows.Features[..18], .. Sample.Numbers(6, seed: 77)], Targets = [.. rows.Targets[..6], 2, 0] };

        float[] After(EncodedRows train)
        {
            using var engine = Classes(OptimizerKind.Adam);
            engine.TrainEpoch(train, Sample.Upto(8), 0.1, default);
            return engine.Save().Weights;
        }

        Assert.Equal(After(rows), After(other));
        Assert.NotEqual(After(rows), After(other with { Weights = null }));
    }

    [Fact]
    public void The_training_loss_of_classes_is_the_mean_cross_entropy()
    {
        var rows = Sample.ClassRows(8, 3, classes: 3, seed: 2) with { Weights = RowWeights };
        using var engine = Classes(OptimizerKind.Sgd);
        var outputs = new float[8 * 3];
        engine.Predict(rows, outputs);

        // At rate 0 the weights stay.
        Assert.Equal(Loss.Mean(LossKind.CrossEntropy, outputs, rows), engine.TrainEpoch(rows, Sample.Upto(8), 0, default), 1e-6);
        Assert.Equal(3, engine.Outputs);
    }

    [Fact]
    public void Dropout_multiplies_hidden_values_by_its_mask_when_training_and_not_when_predicting()
    {
        var spec = Sample.Spec(batch: 8) with { Seed = 5 };
        using var engine = new TorchEngine(Shape, new() { Activation = Activation.Tanh, Dropout = 0.4 }, spec, Weights);
        var plain = new PlainNetwork([3, 4, 3, 1], Activation.Tanh);
        var start = Array.ConvertAll(Weights, weight => (double)weight);

        for (var step = 0; step < 3; step++)
        {
            float[][] masks = [new float[8 * 4], new float[8 * 3]];
            DropoutMask.Fill(masks[0], 0.4, 5, step, 0);
            DropoutMask.Fill(masks[1], 0.4, 5, step, 1);
            // At rate 0 the weights stay.
            Assert.Equal(plain.Loss(LossKind.Mse, start, Rows, masks), engine.TrainEpoch(Rows, Sample.Upto(8), 0, default), 1e-5);
        }

        Assert.NotEqual(plain.Loss(LossKind.Mse, start, Rows), engine.TrainEpoch(Rows, Sample.Upto(8), 0, default), 1e-2);
        AssertClose(plain.Outputs(start, Rows), PredictionsOf(engine, Rows));
    }

    public static TheoryData<OptimizerKind, double?> Optimizers => new()
    {
        { OptimizerKind.Adam, null }, { OptimizerKind.AdamW, null }, { OptimizerKind.RmsProp, null }, { OptimizerKind.Sgd, 0.0 }, { OptimizerKind.Sgd, 0.9 },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Saved_and_loaded_in_between_training_gives_the_same_bits_as_straight_on(OptimizerKind optimizer, double? momentum)
    {
        using var straight = Dropping(optimizer, momentum, seed: 3);
        using var first = Dropping(optimizer, momentum, seed: 3);
        using var second = Dropping(optimizer, momentum, seed: 3, Sample.Numbers(Shape.Parameters, seed: 99));

        var expected = Losses(straight, 7);
        var before = Losses(first, 4);
        var saved = first.Save();
        Losses(first, 2);           // A saved state is a copy: training on does not move it.
        second.Load(saved);

        Assert.Equal(expected, before.Concat(Losses(second, 3)));
        var (one, other) = (straight.Save(), second.Save());
        Assert.Equal(one.Weights, other.Weights);
        Assert.Equal(one.Moments, other.Moments);
        Assert.Equal(one.Steps, other.Steps);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam, null, 2)]
    [InlineData(OptimizerKind.AdamW, null, 2)]
    [InlineData(OptimizerKind.RmsProp, null, 1)]
    [InlineData(OptimizerKind.Sgd, 0.9, 1)]
    [InlineData(OptimizerKind.Sgd, 0.0, 0)]
    public void A_state_holds_the_weights_the_optimizers_figures_and_the_steps(OptimizerKind optimizer, double? momentum, int moments)
    {
        using var engine = Dropping(optimizer, momentum, seed: 3);
        var fresh = engine.Save();
        Assert.Equal(Weights, fresh.Weights);
        Assert.Equal(0, fresh.Steps);

        Losses(engine, 2);

        var state = engine.Save();
        Assert.Equal(2 * 3, state.Steps);       // Eight rows in batches of three are three steps an epoch.
        Assert.Equal(Enumerable.Repeat(Shape.Parameters, moments), state.Moments.Select(moment => moment.Length));
        Assert.All(state.Moments, moment => Assert.Contains(moment, value => value != 0));
    }

    [Fact]
    public void Engines_that_train_at_the_same_time_give_the_same_bits_as_alone()
    {
        static double[] Train(int seed)
        {
            using var engine = Dropping(OptimizerKind.Adam, null, seed);
            return Losses(engine, 20);
        }

        var alone = Enumerable.Range(0, 4).Select(Train).ToArray();
        var together = new double[4][];
        using var start = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(seed => new Thread(() =>
        {
            start.SignalAndWait();
            together[seed] = Train(seed);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(alone, together);
        Assert.NotEqual(alone[0], alone[1]);
    }

    [Fact]
    public void Predicts_more_rows_than_it_takes_at_once()
    {
        var rows = Sample.Rows(20_000, 3, seed: 4);
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(), Weights);

        AssertClose(new PlainNetwork([3, 4, 3, 1], Activation.Relu).Outputs(Array.ConvertAll(Weights, weight => (double)weight), rows), PredictionsOf(engine, rows));
    }

    [Fact]
    public void Rows_without_targets_can_be_predicted_and_no_rows_too()
    {
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(), Weights);

        Assert.Equal(PredictionsOf(engine, Rows), PredictionsOf(engine, Rows with { Targets = [] }));
        Assert.Empty(PredictionsOf(engine, new([], [], null, 0, 3)));
    }

    /// <summary>Arrays lie at multiples of 8 bytes, here and there; libtorch's own memory at multiples of 64.</summary>
    [Fact]
    public void The_last_bits_do_not_depend_on_where_rows_and_weights_lie_in_memory()
    {
        var shape = new NetworkShape(6, [16], 1);
        var histories = Enumerable.Range(1, 60).Select(size =>
        {
            var (rows, _, weights) = (Sample.Rows(75, 6, seed: 2), new byte[size * 8], Sample.Numbers(shape.Parameters, seed: 1));
            using var engine = new TorchEngine(shape, new(), Sample.Spec(batch: 4), weights);
            engine.TrainEpoch(rows, [.. Enumerable.Range(0, 75)], 0.01, default);
            return string.Join(' ', PredictionsOf(engine, rows).Select(BitConverter.SingleToInt32Bits));
        });

        Assert.Single(histories.Distinct());
    }

    private static readonly Dictionary<string, Action<TorchEngine>> ActsOfMisfits = new()
    {
        ["weights of another network"] = _ => Line(OptimizerKind.Sgd, [1]).Dispose(),
        ["rows too narrow for training"] = engine => engine.TrainEpoch(Sample.Rows(8, 2, 1), [0], 0.1, default),
        ["rows too wide for prediction"] = engine => engine.Predict(Sample.Rows(8, 4, 1), new float[8]),
        ["fewer features than rows"] = engine => engine.Predict(Rows with { Rows = 9 }, new float[9]),
        ["fewer targets than rows"] = engine => engine.TrainEpoch(Rows with { Targets = new float[7] }, [7], 0.1, default),
        ["no targets"] = engine => engine.TrainEpoch(Rows with { Targets = [] }, [0], 0.1, default),
        ["fewer weights than rows"] = engine => engine.TrainEpoch(Rows with { Weights = new float[7] }, [7], 0.1, default),
        ["no weights"] = engine => engine.TrainEpoch(Rows with { Weights = [] }, [0], 0.1, default),
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
    public void What_does_not_fit_is_an_argument_exception_and_never_the_end_of_the_process(string misfit)
    {
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(OptimizerKind.Adam), Weights);

        Assert.ThrowsAny<ArgumentException>(() => ActsOfMisfits[misfit](engine));

        Assert.Equal(Weights, engine.Save().Weights);
        Assert.Equal(8, PredictionsOf(engine, Rows).Length);
    }

    /// <summary>An encoder never makes such rows of training rows; still no process may end by them.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(float.NaN)]
    public void A_class_that_the_network_has_no_output_for_is_an_exception(float target)
    {
        using var engine = Classes(OptimizerKind.Adam);
        var rows = Sample.ClassRows(8, 3, classes: 3, seed: 2);

        Assert.ThrowsAny<Exception>(() => engine.TrainEpoch(rows with { Targets = [0, 1, target, 0, 1, 2, 0, 1] }, Sample.Upto(8), 0.1, default));
        Assert.Equal(0, engine.Save().Steps);
    }

    [Fact]
    public void A_cancelled_token_ends_training_before_its_first_batch()
    {
        using var engine = Dropping(OptimizerKind.Adam, null, seed: 1);

        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, Sample.Upto(8), 0.1, new CancellationToken(canceled: true)));
        Assert.Equal(0, engine.Save().Steps);
    }

    [Fact]
    public void Cancelling_ends_an_epoch_between_its_batches()
    {
        var order = Enumerable.Range(0, 40_000).Select(i => i % 8).ToArray();
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(batch: 1), Weights);
        using var asked = new CancellationTokenSource();
        var asker = new Thread(asked.Cancel); // a thread of its own: a timer may wait for the pool that other tests keep busy
        asker.Start();

        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, order, 0.001, asked.Token));
        asker.Join();
        Assert.InRange(engine.Save().Steps, 0, order.Length - 1);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_leaves_no_tensors_behind(OptimizerKind optimizer, double? momentum)
    {
        var before = LiveTensors();
        using (var engine = Dropping(optimizer, momentum, seed: 1))
        {
            Losses(engine, 1);
            engine.Load(engine.Save());
            PredictionsOf(engine, Rows);
            var warm = LiveTensors();

            Losses(engine, 5);
            engine.Load(engine.Save());
            PredictionsOf(engine, Rows);

            Assert.Equal(warm, LiveTensors());
        }

        Assert.Equal(before, LiveTensors());
    }

    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <summary>One weight and one bias.</summary>
    private static TorchEngine Line(OptimizerKind optimizer, float[] weights, double? momentum = null, double decay = 0, int batch = 2) =>
        new(new(1, [], 1), new(), Sample.Spec(optimizer, batch: batch) with { Momentum = momentum, WeightDecay = decay }, weights);

    private static TorchEngine Dropping(OptimizerKind optimizer, double? momentum, int seed, float[]? weights = null) =>
        new(Shape, new() { Dropout = 0.3 }, Sample.Spec(optimizer, batch: 3) with { Momentum = momentum, Seed = seed, WeightDecay = 0.01 }, weights ?? Weights);

    private static TorchEngine Classes(OptimizerKind optimizer) =>
        new(new(3, [4, 3], 3), new(), Sample.Spec(optimizer, LossKind.CrossEntropy), Sample.Numbers(new NetworkShape(3, [4, 3], 3).Parameters, seed: 1));

    private static double[] Losses(TorchEngine engine, int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(_ => engine.TrainEpoch(Rows, Sample.Upto(8), 0.05, default))];

    private static float[] PredictionsOf(TorchEngine engine, EncodedRows rows)
    {
        var outputs = new float[rows.Rows];
        engine.Predict(rows, outputs);
        return outputs;
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Zip(actual, (one, other) => Math.Abs(one - other) / Math.Max(1, Math.Abs(one))).Max() < 1e-5);
    }
}

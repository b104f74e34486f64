using TorchSharp;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines;

public class TorchEngineTests
{
    private static readonly NetworkShape Shape = new(3, [4, 3], 1);
    private static readonly float[] Weights = Sample.Numbers(Shape.Parameters, seed: 1);
    private static readonly EncodedRows Rows = Sample.Rows(8, 3, seed: 2);

    /// <summary>1 on average, like the weights of training rows; one row has weight 0.</summary>
    private static readonly float[] RowWeights = [0.25f, 2, 0.5f, 3, 0, 0.25f, 1.5f, 0.5f];

    public static IEnumerable<object[]> ActivationsLossesDecaysAndWeights =>
        from activation in Enum.GetValues<Activation>()
        from loss in Enum.GetValues<LossKind>()
        from decay in new[] { 0, 0.1 }
        from weighted in new[] { false, true }
        select new object[] { activation, loss, decay, weighted };

    [Theory]
    [MemberData(nameof(ActivationsLossesDecaysAndWeights))]
    public void The_gradient_equals_finite_differences(Activation activation, LossKind loss, double decay, bool weighted)
    {
        // One step of plain gradient descent at rate 1 subtracts the gradient.
        var (outputs, rows) = loss == LossKind.CrossEntropy ? (3, Sample.ClassRows(8, 3, classes: 3, seed: 2)) : (1, Rows);
        rows = weighted ? rows with { Weights = RowWeights } : rows;
        var shape = new NetworkShape(3, [4, 3], outputs);
        var weights = Sample.Numbers(shape.Parameters, seed: 1);
        var spec = Sample.Spec(loss: loss) with { Momentum = 0, WeightDecay = decay };
        using var engine = new TorchEngine(shape, new() { Activation = activation }, spec, weights);
        engine.TrainEpoch(rows, Sample.Indices(8), learningRate: 1, default);
        var gradient = weights.Zip(engine.Save().Weights, (before, after) => (double)before - after).ToArray();

        var start = Array.ConvertAll(weights, weight => (double)weight);
        var expected = new PlainNetwork([3, 4, 3, outputs], activation).Gradient(loss, start, rows)
            .Zip(start, (derivative, weight) => derivative + decay * weight).ToArray();

        Assert.True(expected.Max(Math.Abs) > 0.05, "A gradient near zero would show nothing.");
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void The_training_loss_is_the_mean_over_the_rows_measured_when_each_batch_is_trained()
    {
        // From (0, 0), rows 1 -> 2 and 2 -> 4: errors -2 and -4, loss 10, gradient (-10, -6), so (1, 0.6) at rate 0.1.
        // Then row 3 -> 6: output 3.6, loss 5.76. Mean over the rows: (2 x 10 + 5.76) / 3.
        using var engine = Line([0, 0], batch: 2);

        Assert.Equal(25.76 / 3, engine.TrainEpoch(new([1, 2, 3], [2, 4, 6], null, 3, 1), [0, 1, 2], 0.1, default), 1e-5);
    }

    [Fact]
    public void Rows_are_trained_in_the_given_order()
    {
        // Row 3 -> 6 alone, then row 1 -> 2: loss 36 and gradient (-36, -12), so (3.6, 1.2); output 4.8, loss 7.84.
        using var engine = Line([0, 0], batch: 1);

        Assert.Equal((36 + 7.84) / 2, engine.TrainEpoch(new([1, 2, 3], [2, 4, 6], null, 3, 1), [2, 0], 0.1, default), 1e-5);
    }

    [Fact]
    public void Row_weights_count_in_every_batch_and_in_the_training_loss()
    {
        // From (0, 0), row 3 -> 6 of weight 0.5 alone: loss 18, gradient (-18, -6), so (1.8, 0.6) at rate 0.1.
        // Then row 1 -> 2 of weight 2: output 2.4, loss 2 x 0.16.
        using var engine = Line([0, 0], batch: 1);

        Assert.Equal((18 + 0.32) / 2, engine.TrainEpoch(new([1, 2, 3], [2, 4, 6], [2, 9, 0.5f], 3, 1), [2, 0], 0.1, default), 1e-5);
    }

    [Fact]
    public void A_row_of_weight_0_changes_nothing()
    {
        var rows = Sample.ClassRows(8, 3, classes: 3, seed: 2) with { Weights = [1, 1, 1, 1, 1, 1, 0, 0] };
        var other = rows with
        {
            Features = [.. rows.Features[..18], .. Sample.Numbers(6, seed: 77)],
            Targets = [.. rows.Targets[..6], 2, 0],
        };

        float[] WeightsAfter(EncodedRows train)
        {
            using var engine = Classes(OptimizerKind.Adam);
            engine.TrainEpoch(train, Sample.Indices(8), 0.1, default);
            return engine.Save().Weights;
        }

        Assert.Equal(WeightsAfter(rows), WeightsAfter(other));
        Assert.NotEqual(WeightsAfter(rows), WeightsAfter(other with { Weights = null }));
    }

    [Fact]
    public void The_training_loss_of_classes_is_the_mean_cross_entropy()
    {
        var rows = Sample.ClassRows(8, 3, classes: 3, seed: 2) with { Weights = RowWeights };
        using var engine = Classes(OptimizerKind.Sgd);
        var outputs = new float[8 * 3];
        engine.Predict(rows, outputs);

        // Rate 0: the weights stay the same.
        Assert.Equal(Loss.Mean(LossKind.CrossEntropy, outputs, rows), engine.TrainEpoch(rows, Sample.Indices(8), 0, default), 1e-6);
        Assert.Equal(3, engine.Outputs);
    }

    [Fact]
    public void Dropout_multiplies_hidden_units_by_its_mask_in_training_and_not_in_prediction()
    {
        var spec = Sample.Spec(batch: 8) with { Seed = 5 };
        using var engine = new TorchEngine(Shape, new() { Activation = Activation.Tanh, Dropout = 0.4 }, spec, Weights);
        var plain = new PlainNetwork([3, 4, 3, 1], Activation.Tanh);
        var start = Array.ConvertAll(Weights, weight => (double)weight);

        for (var step = 0; step < 3; step++)
        {
            float[][] masks = [new float[8 * 4], new float[8 * 3]];
            new DropoutMask(0.4, seed: 5, step, layer: 0).Fill(masks[0]);
            new DropoutMask(0.4, seed: 5, step, layer: 1).Fill(masks[1]);

            // Rate 0: the weights stay the same.
            Assert.Equal(plain.Loss(LossKind.Mse, start, Rows, masks), engine.TrainEpoch(Rows, Sample.Indices(8), 0, default), 1e-5);
        }

        Assert.NotEqual(plain.Loss(LossKind.Mse, start, Rows), engine.TrainEpoch(Rows, Sample.Indices(8), 0, default), 1e-2);
        AssertClose(plain.Outputs(start, Rows), PredictionsOf(engine, Rows));
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
    public void Training_that_is_saved_and_loaded_gives_the_same_result_as_without_a_break(OptimizerKind optimizer, double? momentum)
    {
        using var straight = WithDropout(optimizer, momentum, seed: 3);
        using var first = WithDropout(optimizer, momentum, seed: 3);
        using var second = WithDropout(optimizer, momentum, seed: 3, Sample.Numbers(Shape.Parameters, seed: 99));

        var expected = Losses(straight, 7);
        var before = Losses(first, 4);
        var saved = first.Save();
        Losses(first, 2); // A saved state is a copy: further training does not change it.
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
    public void A_state_holds_the_weights_the_moments_and_the_steps(OptimizerKind optimizer, double? momentum, int moments)
    {
        using var engine = WithDropout(optimizer, momentum, seed: 3);
        var fresh = engine.Save();
        Assert.Equal(Weights, fresh.Weights);
        Assert.Equal(0, fresh.Steps);

        Losses(engine, 2);

        var state = engine.Save();
        Assert.Equal(2 * 3, state.Steps); // Eight rows in batches of three are three steps an epoch.
        Assert.Equal(Enumerable.Repeat(Shape.Parameters, moments), state.Moments.Select(moment => moment.Length));
        Assert.All(state.Moments, moment => Assert.Contains(moment, value => value != 0));
    }

    [Fact]
    public void Engines_that_train_at_the_same_time_give_the_same_result_as_alone()
    {
        static double[] Train(int seed)
        {
            using var engine = WithDropout(OptimizerKind.Adam, null, seed);
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
    public void More_rows_than_fit_one_forward_pass_can_be_predicted()
    {
        var rows = Sample.Rows(20_000, 3, seed: 4);
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(), Weights);

        var expected = new PlainNetwork([3, 4, 3, 1], Activation.Relu).Outputs(Array.ConvertAll(Weights, weight => (double)weight), rows);
        AssertClose(expected, PredictionsOf(engine, rows));
    }

    [Fact]
    public void Rows_without_targets_and_tables_without_rows_can_be_predicted()
    {
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(), Weights);

        Assert.Equal(PredictionsOf(engine, Rows), PredictionsOf(engine, Rows with { Targets = [] }));
        Assert.Empty(PredictionsOf(engine, new([], [], null, 0, 3)));
    }

    /// <summary>The arrays of this test start at different multiples of 8 bytes. The engine copies them to multiples of 64.</summary>
    [Fact]
    public void The_last_bits_do_not_depend_on_where_rows_and_weights_start_in_memory()
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

    private static readonly Dictionary<string, Action<TorchEngine>> CallsWithMisfits = new()
    {
        ["weights of another network"] = _ => Line([1]).Dispose(),
        ["rows too narrow for training"] = engine => engine.TrainEpoch(Sample.Rows(8, 2, 1), [0], 0.1, default),
        ["rows too wide for prediction"] = engine => engine.Predict(Sample.Rows(8, 4, 1), new float[8]),
        ["fewer features than rows"] = engine => engine.Predict(Rows with { Rows = 9 }, new float[9]),
        ["fewer targets than rows"] = engine => engine.TrainEpoch(Rows with { Targets = new float[7] }, [7], 0.1, default),
        ["no targets"] = engine => engine.TrainEpoch(Rows with { Targets = [] }, [0], 0.1, default),
        ["fewer weights than rows"] = engine => engine.TrainEpoch(Rows with { Weights = new float[7] }, [7], 0.1, default),
        ["no weights"] = engine => engine.TrainEpoch(Rows with { Weights = [] }, [0], 0.1, default),
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
    public void Arguments_that_do_not_fit_are_refused_and_do_not_end_the_process(string misfit)
    {
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(OptimizerKind.Adam), Weights);

        Assert.ThrowsAny<ArgumentException>(() => CallsWithMisfits[misfit](engine));

        Assert.Equal(Weights, engine.Save().Weights);
        Assert.Equal(8, PredictionsOf(engine, Rows).Length);
    }

    /// <summary>An encoder never makes such targets. If they came, the process must not end.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(float.NaN)]
    public void A_target_class_without_an_output_is_refused(float target)
    {
        using var engine = Classes(OptimizerKind.Adam);
        var rows = Sample.ClassRows(8, 3, classes: 3, seed: 2) with { Targets = [0, 1, target, 0, 1, 2, 0, 1] };

        Assert.ThrowsAny<Exception>(() => engine.TrainEpoch(rows, Sample.Indices(8), 0.1, default));
        Assert.Equal(0, engine.Save().Steps);
    }

    [Fact]
    public void A_cancelled_token_ends_training_before_its_first_batch()
    {
        using var engine = WithDropout(OptimizerKind.Adam, null, seed: 1);

        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, Sample.Indices(8), 0.1, cancelled));
        Assert.Equal(0, engine.Save().Steps);
    }

    [Theory]
    [InlineData(0, OptimizerKind.Sgd)]
    [InlineData(0.3, OptimizerKind.Adam)]
    public void A_large_step_has_the_same_bits_as_one_backward_pass_through_all_layers(double dropout, OptimizerKind optimizer)
    {
        var network = new NetworkOptions { Dropout = dropout };
        using var whole = new TorchEngine(Shape, network, Sample.Spec(optimizer, batch: 3), Weights, long.MaxValue, null);
        using var cut = new TorchEngine(Shape, network, Sample.Spec(optimizer, batch: 3), Weights, largeStep: 0, null);

        for (var epoch = 0; epoch < 5; epoch++)
        {
            Assert.Equal(
                whole.TrainEpoch(Rows with { Weights = RowWeights }, Sample.Indices(8), 0.1, default),
                cut.TrainEpoch(Rows with { Weights = RowWeights }, Sample.Indices(8), 0.1, default));
        }

        Assert.Equal(whole.Save().Weights, cut.Save().Weights);
    }

    [Theory]
    [InlineData(1)] // before the first layer
    [InlineData(3)] // before the last layer
    [InlineData(4)] // backward, before the second layer
    [InlineData(5)] // backward, before the first layer
    public void A_large_step_ends_between_two_layers_and_leaves_an_engine_that_can_be_loaded(int cancelAt)
    {
        using var cancellation = new CancellationTokenSource();
        var layers = 0;
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(), Weights, largeStep: 0, () =>
        {
            if (++layers == cancelAt)
            {
                cancellation.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, Sample.Indices(8), 0.1, cancellation.Token));

        Assert.Equal(cancelAt, layers);
        Assert.Equal(Weights, engine.Save().Weights);
        engine.Load(new(Weights, [], 0));
        engine.TrainEpoch(Rows, Sample.Indices(8), 0.1, default);
        using var fresh = new TorchEngine(Shape, new(), Sample.Spec(), Weights);
        fresh.TrainEpoch(Rows, Sample.Indices(8), 0.1, default);
        Assert.Equal(fresh.Save().Weights, engine.Save().Weights);
    }

    [Fact]
    public void Cancelling_ends_an_epoch_between_two_batches()
    {
        var order = Enumerable.Range(0, 40_000).Select(i => i % 8).ToArray();
        using var engine = new TorchEngine(Shape, new(), Sample.Spec(batch: 1), Weights);
        using var cancellation = new CancellationTokenSource();

        // A separate thread: a timer would wait for a thread pool that other tests keep busy.
        var cancelling = new Thread(cancellation.Cancel);
        cancelling.Start();

        Assert.Throws<OperationCanceledException>(() => engine.TrainEpoch(Rows, order, 0.001, cancellation.Token));
        cancelling.Join();
        Assert.InRange(engine.Save().Steps, 0, order.Length - 1);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_leaves_no_tensors_behind(OptimizerKind optimizer, double? momentum)
    {
        var before = LiveTensors();
        using (var engine = WithDropout(optimizer, momentum, seed: 1))
        {
            Losses(engine, 1);
            engine.Load(engine.Save());
            PredictionsOf(engine, Rows);
            var afterFirstUse = LiveTensors();

            Losses(engine, 5);
            engine.Load(engine.Save());
            PredictionsOf(engine, Rows);

            Assert.Equal(afterFirstUse, LiveTensors());
        }

        Assert.Equal(before, LiveTensors());
    }

    private static long LiveTensors() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <summary>One weight and one bias.</summary>
    private static TorchEngine Line(float[] weights, int batch = 2) => new(new(1, [], 1), new(), Sample.Spec(batch: batch), weights);

    private static TorchEngine WithDropout(OptimizerKind optimizer, double? momentum, int seed, float[]? weights = null)
    {
        var spec = Sample.Spec(optimizer, batch: 3) with { Momentum = momentum, Seed = seed, WeightDecay = 0.01 };
        return new(Shape, new() { Dropout = 0.3 }, spec, weights ?? Weights);
    }

    private static TorchEngine Classes(OptimizerKind optimizer)
    {
        var shape = new NetworkShape(3, [4, 3], 3);
        return new(shape, new(), Sample.Spec(optimizer, LossKind.CrossEntropy), Sample.Numbers(shape.Parameters, seed: 1));
    }

    private static double[] Losses(TorchEngine engine, int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(_ => engine.TrainEpoch(Rows, Sample.Indices(8), 0.05, default))];

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

using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd;

/// <summary>
/// Both engines train from the same weights, in the same row order, and must agree in every epoch. Training amplifies a difference in the
/// last bit, the more so the larger the steps, and adam and rmsProp turn even a gradient near zero, mostly rounding, into a full step.
/// So the learning rates are small. The targets are out of reach for the network, because near a loss of zero a relative difference
/// would compare nothing but rounding.
/// </summary>
public class AgreementTests
{
    private const int Classes = 3;
    private const int Epochs = 30;

    private static readonly EncodedRows TrainRows =
        Sample.Rows(20, 5, seed: 11) with { Weights = Array.ConvertAll(Sample.Numbers(20, 12), number => 1 + number / 2) };

    private static readonly EncodedRows ValidationRows = Sample.Rows(9, 5, seed: 13);

    public static IEnumerable<object[]> Combinations =>
        from activation in Enum.GetValues<Activation>()
        from loss in Enum.GetValues<LossKind>()
        from optimizer in Enum.GetValues<OptimizerKind>()
        from dropout in new[] { 0, 0.3 }
        select new object[] { activation, loss, optimizer, dropout };

    public static IEnumerable<object[]> Schedules =>
        from schedule in Enum.GetValues<ScheduleKind>()
        where schedule is not (ScheduleKind.Auto or ScheduleKind.Constant)
        from optimizer in Enum.GetValues<OptimizerKind>()
        select new object[] { schedule, optimizer };

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Both_engines_have_the_same_losses_in_every_epoch(
        Activation activation, LossKind loss, OptimizerKind optimizer, double dropout) =>
        Compare(activation, loss, optimizer, dropout, batch: dropout > 0 ? 13 : 20);

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Both_engines_have_the_same_losses_with_each_schedule(ScheduleKind schedule, OptimizerKind optimizer) =>
        Compare(Activation.Tanh, LossKind.Mse, optimizer, dropout: 0, batch: 7, schedule);

    /// <summary>
    /// The untrained network is linear, and over all training rows features and target have the mean 0, so the exact gradient of the last
    /// bias is 0. What remains is rounding, and each engine rounds in its own order: adam turns that into steps that differ between them.
    /// </summary>
    [Fact]
    public void In_a_first_step_with_all_rows_the_gradient_of_the_last_bias_is_rounding()
    {
        const int Count = 25;
        var standardised = Array.ConvertAll(Sample.Indices(Count), row => (row - 12) / MathF.Sqrt(52));
        var targets = standardised.Select((value, row) => 0.9f * value + (row % 2 == 0 ? 0.1f : -0.1f * 13 / 12)).ToArray();
        var rows = new EncodedRows(standardised, targets, Weights: null, Count, Width: 1);
        var shape = new NetworkShape(1, [8], 1);
        var (network, spec) = (new NetworkOptions(), Sample.Spec(OptimizerKind.Sgd, LossKind.Mse, batch: Count) with
        {
            LearningRate = 1,
            Momentum = 0,
            WeightDecay = 0,
        });
        var weights = InitialWeights.Draw(shape, network.Activation, seed: 1);
        using var torch = new TorchEngine(shape, network, spec, weights);
        using var simd = new SimdEngine(shape, network, spec, weights);

        var gradients = new IEngine[] { torch, simd }.Select(engine =>
        {
            engine.TrainEpoch(rows, Sample.Indices(Count), spec.LearningRate, default);
            return engine.Save().Weights.Select((after, at) => Math.Abs(weights[at] - after)).ToArray();
        });

        Assert.All(gradients, gradient =>
        {
            Assert.InRange(gradient[^1], 0, 1e-6);
            Assert.InRange(gradient.Max(), 0.01, 10);
        });
    }

    private static void Compare(
        Activation activation, LossKind loss, OptimizerKind optimizer, double dropout, int batch,
        ScheduleKind schedule = ScheduleKind.Constant)
    {
        var shape = new NetworkShape(5, [17, 6], loss == LossKind.CrossEntropy ? Classes : 1);
        var network = new NetworkOptions { Activation = activation, Dropout = dropout };
        var spec = Sample.Spec(optimizer, loss, batch, Epochs) with
        {
            LearningRate = optimizer == OptimizerKind.Sgd ? 0.01 : 0.002,
            Schedule = schedule,
            WarmupFraction = schedule == ScheduleKind.WarmupCosine ? 0.1 : null,
            Momentum = optimizer == OptimizerKind.Sgd ? 0.9 : null,
            WeightDecay = 0.01,
            Seed = 3,
        };
        var weights = InitialWeights.Draw(shape, activation, seed: 5);
        using var torch = new TorchEngine(shape, network, spec, weights);
        using var simd = new SimdEngine(shape, network, spec, weights);
        var (train, validation) = (TargetsFor(loss, TrainRows), TargetsFor(loss, ValidationRows));

        var expected = History(torch, spec, train, validation);
        var actual = History(simd, spec, train, validation);

        Assert.All(expected, value => Assert.True(value > 0.01, "A loss near zero would compare rounding."));
        Assert.NotEqual(expected[1], expected[^1], 1e-3 * expected[1]);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(1, actual[i] / expected[i], 1e-4);
        }
    }

    private static EncodedRows TargetsFor(LossKind loss, EncodedRows rows) => loss == LossKind.CrossEntropy
        ? rows with { Targets = [.. Enumerable.Range(0, rows.Rows).Select(row => (float)(row % Classes))] }
        : rows;

    /// <summary>Training and validation loss of every epoch.</summary>
    private static double[] History(IEngine engine, TrainingSpec spec, EncodedRows train, EncodedRows validation)
    {
        var outputs = new float[validation.Rows * engine.Outputs];
        var (schedule, losses) = (new LearningRateSchedule(spec, train.Rows), new List<double>());
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var number = epoch + 1;
            losses.Add(engine.TrainEpoch(train, Order(train.Rows, epoch), batch => schedule.RateOf(number, batch), default));
            engine.Predict(validation, outputs);
            losses.Add(Loss.Mean(spec.Loss, outputs, validation, spec.Quantile));
        }

        return [.. losses];
    }

    private static int[] Order(int rows, int epoch)
    {
        var order = Sample.Indices(rows);
        new System.Random(epoch).Shuffle(order);
        return order;
    }
}

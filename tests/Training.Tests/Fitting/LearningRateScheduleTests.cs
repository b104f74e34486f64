using TorchSharp;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Fitting;

public class LearningRateScheduleTests
{
    /// <summary>Ten epochs of three steps: 20 rows in batches of 9.</summary>
    private static readonly TrainingSpec Spec = Sample.Spec(batch: 9, epochs: 10);

    [Fact]
    public void A_constant_rate_has_the_same_bits_in_every_step() =>
        Assert.All(RatesOf(ScheduleKind.Constant), rate => Assert.Equal(0.01, rate));

    /// <summary>A step takes the rate at its middle: every second step of a schedule of twice as many.</summary>
    [Fact]
    public void Cosine_is_that_of_torch()
    {
        using var weight = torch.nn.Parameter(torch.zeros(1));
        var optimizer = torch.optim.SGD([weight], 0.01);
        var scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max: 60);
        var expected = new List<double>();
        for (var half = 0; half < 60; half++)
        {
            expected.Add(optimizer.ParamGroups.Single().LearningRate);
            scheduler.step();
        }

        var actual = RatesOf(ScheduleKind.Cosine);

        Assert.Equal(30, actual.Count);
        for (var step = 0; step < 30; step++)
        {
            Assert.Equal(expected[2 * step + 1], actual[step], 1e-9);
        }
    }

    [Theory]
    [InlineData(null, 0.05)]
    [InlineData(0.2, 0.2)]
    public void A_warmup_rises_straight_and_the_rest_is_cosine(double? fraction, double expected)
    {
        var options = new TrainingOptions
        {
            Schedule = ScheduleKind.WarmupCosine,
            WarmupFraction = fraction,
            Epochs = 100,
            BatchSize = 10,
            LearningRate = 0.01,
        };
        var spec = options.Resolve(new NumberTarget("y", 0, 1), new float[20]);
        var (schedule, warmup) = (new LearningRateSchedule(spec, 20), (int)(expected * 100));

        for (var epoch = 1; epoch <= warmup; epoch++)
        {
            Assert.Equal(0.01 * (epoch - 0.25) / warmup, schedule.LastRateOf(epoch), 1e-12); // the middle of its second step
        }

        var rest = new LearningRateSchedule(spec with { Schedule = ScheduleKind.Cosine, Epochs = 100 - warmup }, 20);
        for (var epoch = warmup + 1; epoch <= 100; epoch++)
        {
            Assert.Equal(rest.LastRateOf(epoch - warmup), schedule.LastRateOf(epoch), 1e-12);
        }
    }

    /// <summary>1 + 15t is a power of two at t = 0, 1/15, 3/15, 7/15 and 1, and that times the root of two in between.</summary>
    [Fact]
    public void Coslog4_is_0_at_its_five_zeros_and_whole_at_its_four_peaks()
    {
        var schedule = new LearningRateSchedule(Spec with { Schedule = ScheduleKind.Coslog4, Epochs = 1, BatchSize = 1 }, 1_500_000);
        double RateAt(double done) => schedule.RateOf(1, Math.Min((int)(done * 1_500_000), 1_499_999));

        Assert.All([0, 1 / 15.0, 3 / 15.0, 7 / 15.0, 1], zero => Assert.Equal(0, RateAt(zero), 1e-8));
        Assert.All([0, 1, 2, 3], cycle => Assert.Equal(0.01, RateAt((Math.Pow(2, cycle + 0.5) - 1) / 15), 1e-8));
    }

    [Theory]
    [InlineData(ScheduleKind.Constant)]
    [InlineData(ScheduleKind.Cosine)]
    [InlineData(ScheduleKind.WarmupCosine)]
    [InlineData(ScheduleKind.Coslog4)]
    public void Every_step_has_a_rate_above_0_and_at_most_the_largest_even_the_only_one(ScheduleKind kind)
    {
        Assert.All(RatesOf(kind), rate => Assert.InRange(rate, 1e-9, 0.01));
        var only = new LearningRateSchedule(WithSchedule(kind) with { Epochs = 1 }, rows: 1);
        Assert.Equal(1, only.Batches);
        Assert.InRange(only.RateOf(1, 0), 1e-4, 0.01);
    }

    /// <summary>A rate of 0 leaves the weights as they are, so only the second batch trains.</summary>
    [Theory]
    [InlineData(EngineKind.Torch)]
    [InlineData(EngineKind.Simd)]
    public void Engines_ask_for_the_rate_of_each_batch(EngineKind kind)
    {
        var (shape, rows) = (new NetworkShape(3, [4], 1), Sample.Rows(20, 3, seed: 1));
        var weights = InitialWeights.Draw(shape, Activation.Relu, seed: 1);
        IEngine Create() => kind == EngineKind.Simd
            ? new SimdEngine(shape, new(), Spec, weights) : new TorchEngine(shape, new(), Spec, weights);
        using var whole = Create();
        using var second = Create();

        whole.TrainEpoch(rows, Sample.Indices(20), batch => batch == 1 ? 0.1 : 0, default);
        second.TrainEpoch(rows, Sample.Indices(20).AsSpan(9, 9), 0.1, default);

        Assert.NotEqual(weights, second.Save().Weights);
        Assert.Equal(second.Save().Weights, whole.Save().Weights);
    }

    [Fact]
    public void The_history_shows_the_rate_of_each_epochs_last_step()
    {
        var (shape, spec, rates) = (new NetworkShape(3, [4], 1), WithSchedule(ScheduleKind.Cosine), new List<double>());
        using var engine = new SimdEngine(shape, new(), spec, InitialWeights.Draw(shape, Activation.Relu, seed: 1));

        Sample.Trainer(engine, Sample.Rows(20, 3, seed: 1), Sample.Rows(9, 3, seed: 2), spec, null, 1)
            .Fit((epoch, _) => rates.Add(epoch.LearningRate), default);

        Assert.Equal([0, .. RatesOf(ScheduleKind.Cosine).Chunk(3).Select(epoch => epoch[2])], rates);
    }

    private static TrainingSpec WithSchedule(ScheduleKind kind) =>
        Spec with { Schedule = kind, WarmupFraction = kind == ScheduleKind.WarmupCosine ? 0.05 : null };

    /// <summary>The rates of all steps in order.</summary>
    private static List<double> RatesOf(ScheduleKind kind)
    {
        var schedule = new LearningRateSchedule(WithSchedule(kind), rows: 20);
        return [.. from epoch in Enumerable.Range(1, 10) from batch in Enumerable.Range(0, 3) select schedule.RateOf(epoch, batch)];
    }
}

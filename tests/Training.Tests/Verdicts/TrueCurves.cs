using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>
/// The noise-free part of a synthetic run: the expected losses over all possible rows, without epoch noise; the size of the noise
/// around them; and the label that follows. docs/verdicts.md, "The synthetic runs", gives the definitions in words.
/// </summary>
public sealed class TrueCurves
{
    private static readonly int[] Patiences = [5, 10, 10, 10, 20, 30];

    private readonly RandomSampler _random;
    private readonly int[] _lowest;

    /// <summary>The mean rate of each epoch; on average over all epochs 1.</summary>
    private readonly double[] _meanRates;

    /// <summary>The sum of the rates of all steps until the end of an epoch: the number of the epoch if the rate is constant.</summary>
    private readonly double[] _progress;

    public TrueCurves(VerdictCode kind, ScheduleKind schedule, RandomSampler random)
    {
        (_random, Schedule) = (random, schedule);
        HasSignal = kind != VerdictCode.NotLearning || random.Chance(0.2);
        Noise = HasSignal ? 1 / random.Uniform(0.15, 0.99) - 1 : 1;
        Rows = kind == VerdictCode.Inconclusive && random.Chance(0.5) ? 1 + random.Below(9) : (int)random.LogUniform(30, 5001);
        Epochs = kind == VerdictCode.Inconclusive && Rows >= 10 ? 1 + random.Below(5) : (int)random.LogUniform(15, 301);
        Stopping = random.Chance(0.35) ? null : new() { Patience = Patiences[random.Below(Patiences.Length)] };
        (RowSpread, ResidualSpread) = (random.Uniform(0, 0.9), random.Chance(0.4) ? 0.5 : 0);
        (StepNoise, NoiseCorrelation) = (random.LogUniform(0.0005, 0.3), random.Uniform(-0.4, 0.9));

        var bias = DrawBias(fastest: kind == VerdictCode.StoppedTooEarly ? 0.1 : 0.01);
        var memorisation = DrawMemorisation(never: kind == VerdictCode.Overfitting ? 0 : 0.4);
        var gap = DrawGap();
        if (IsScheduled && random.Chance(0.7))
        {
            Stopping = null; // as by default
        }

        (_meanRates, Rates, _progress) = ComputeRates();
        Bias = [.. _progress.Select(bias)];
        Memorisation = [.. _progress.Select(memorisation)];
        Train = [.. _progress.Select((progress, epoch) => Noise * gap(progress) * Math.Exp(-Memorisation[epoch] / Noise) + Bias[epoch])];
        _lowest = new int[Epochs + 1];
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            var isLower = epoch == 1 || LossWithSteps(epoch) < LossWithSteps(_lowest[epoch - 1]);
            _lowest[epoch] = isLower ? epoch : _lowest[epoch - 1];
        }
    }

    /// <summary>How the rate changes, on which progress and the size of random steps depend.</summary>
    public ScheduleKind Schedule { get; }

    /// <summary>The rate of each epoch's last step, as the history has it.</summary>
    public double[] Rates { get; }

    /// <summary>Whether the features contain information about the target.</summary>
    public bool HasSignal { get; }

    /// <summary>The loss that no network can remove; the loss that learning can remove is 1.</summary>
    public double Noise { get; }

    public int Rows { get; }

    public int Epochs { get; }

    public EarlyStoppingOptions? Stopping { get; }

    /// <summary>The scale of a row is exp(RowSpread · normal), and that of residuals another exp(ResidualSpread · normal).</summary>
    public double RowSpread { get; }

    public double ResidualSpread { get; }

    /// <summary>Share of the loss that is added by random steps of the network from epoch to epoch, and the correlation of those
    /// steps.</summary>
    public double StepNoise { get; }

    public double NoiseCorrelation { get; }

    /// <summary>Squared distance from the best possible predictions, by epoch; that of the trivial baseline is 1 if there is a
    /// signal.</summary>
    public double[] Bias { get; }

    /// <summary>Squared distance that memorising the training rows adds, by epoch.</summary>
    public double[] Memorisation { get; }

    /// <summary>Expected training loss by epoch.</summary>
    public double[] Train { get; }

    /// <summary>Expected loss of the trivial baseline.</summary>
    public double Baseline => Noise + (HasSignal ? 1 : 0);

    /// <summary>Angle by which the direction of memorisation has turned at an epoch, in radians.</summary>
    public static double Angle(int epoch) => 0.01 * epoch;

    /// <summary>Expected validation loss.</summary>
    public double Loss(int epoch) => Noise + Bias[epoch] + Memorisation[epoch];

    /// <summary>Standard deviation of the random step in each of six directions. Its square is proportional to the rate.</summary>
    public double StepSize(int epoch) => Math.Sqrt(_meanRates[epoch] * StepNoise * Math.Min(Loss(epoch), Noise + 0.1) / 6);

    /// <summary>The label of a run that ends at an epoch; null if it is between labels.</summary>
    /// <param name="last">The last epoch.</param>
    /// <param name="from">Smallest size of the change that the label is based on, in its standard errors.</param>
    /// <param name="to">Upper limit of a rise, in its standard errors.</param>
    public VerdictCode? Label(int last, double from = 4, double to = double.PositiveInfinity)
    {
        var lowest = _lowest[last];
        var earlier = last - Enumerable.Range(1, last).TakeWhile(count => _progress[last - count] >= 0.8 * _progress[last] - 1e-9).Count();
        var (gain, rise) = (Baseline - LossWithSteps(lowest), LossWithSteps(last) - LossWithSteps(lowest));
        var fall = Loss(earlier) - Loss(last);
        var scale = Math.Max(Math.Min(LossWithSteps(lowest), gain), gain / 50);
        VerdictCode? label = gain < 0.005 * Baseline ? (fall < 0.01 * Baseline ? VerdictCode.NotLearning : null)
            : last < 12 || gain < 0.1 * Baseline ? null
            : rise > 0.15 * scale ? (Train[last] < 0.97 * Train[lowest] ? VerdictCode.Overfitting : null)
            : rise > 0.01 * scale ? null
            : fall > 0.08 * scale ? VerdictCode.StoppedTooEarly
            : fall < 0.01 * scale ? VerdictCode.Healthy
            : null;
        return label switch
        {
            null or VerdictCode.NotLearning => label,
            _ when gain < 4 * RowsError(lowest, null) => null,
            VerdictCode.Overfitting => InErrors(rise, last, lowest) is var errors && errors >= from && errors < to ? label : null,
            VerdictCode.StoppedTooEarly => FallInErrors(fall, last, earlier) >= 4 ? label : null,
            _ => label,
        };
    }

    /// <summary>A change of the loss, in standard errors that include the rows and the noise of five-epoch levels.</summary>
    private double InErrors(double change, int epoch, int other) =>
        change / double.Hypot(RowsError(epoch, other), Math.Sqrt(2) * LevelError(epoch));

    /// <summary>The same for a fall over the last fifth. With a schedule it must be told from that of smaller steps. Three levels do that:
    /// one before the last fifth of the progress, and two in it.</summary>
    private double FallInErrors(double fall, int last, int earlier)
    {
        if (!IsScheduled)
        {
            return InErrors(fall, last, earlier);
        }

        var first = Array.FindIndex(_progress, progress => progress >= 0.7 * _progress[last]);
        var (second, third) = (earlier + (last - earlier) / 4, last - (last - earlier) / 4);
        double Progress(int from, int to) => (_progress[to] - _progress[from]) / _progress[last];
        double Rates(int from, int to) => _meanRates[from] - _meanRates[to];
        var determinant = Progress(first, second) * Rates(second, third) - Progress(second, third) * Rates(first, second);
        var (one, two) = (0.2 * Rates(second, third) / determinant, -0.2 * Rates(first, second) / determinant);
        var error = double.Hypot(
            double.Hypot(one * LevelError(first), (two - one) * LevelError(second)), two * LevelError(third));
        return fall / double.Hypot(RowsError(last, earlier), error);
    }

    /// <summary>Standard error of a level of five epochs.</summary>
    private double LevelError(int epoch)
    {
        var step = Math.Pow(StepSize(epoch), 2);
        var epochNoise = 4 * step * (Bias[epoch] + Memorisation[epoch] + 6 * Noise / Rows) + 12 * step * step;
        return Math.Sqrt(epochNoise * Math.Min(1, (1 + NoiseCorrelation) / (1 - NoiseCorrelation) / 5));
    }

    /// <summary>Standard error of the paired difference between two epochs, or between an epoch and the trivial baseline: fourth moments of
    /// normal variables, increased by the different scales of rows.</summary>
    private double RowsError(int epoch, int? other)
    {
        var (one, two) = (Loss(epoch), other is { } known ? Loss(known) : Baseline);
        var product = Noise + (other is { } pair ? Product(epoch, pair) : HasSignal ? Math.Sqrt(Bias[epoch]) : 0);
        var scales = Math.Exp(4 * (RowSpread * RowSpread + ResidualSpread * ResidualSpread));
        var variance = scales * (3 * (one * one + two * two) - 2 * (one * two + 2 * product * product)) - (one - two) * (one - two);
        return Math.Sqrt(variance / Rows);
    }

    /// <summary>Expected product of the distances at two epochs.</summary>
    private double Product(int one, int other) => Math.Sqrt(Bias[one] * Bias[other])
        + Math.Sqrt(Memorisation[one] * Memorisation[other]) * Math.Cos(Angle(one) - Angle(other));

    private bool IsScheduled => Schedule != ScheduleKind.Constant;

    /// <summary>Expected validation loss with what the steps add, if that changes with the rate.</summary>
    private double LossWithSteps(int epoch) => Loss(epoch) + (IsScheduled ? 6 * Math.Pow(StepSize(epoch), 2) : 0);

    private (double[] Means, double[] Last, double[] Progress) ComputeRates()
    {
        const int Steps = 10;
        var schedule = new LearningRateSchedule(new()
        {
            Epochs = Epochs,
            BatchSize = 1,
            Optimizer = OptimizerKind.Adam,
            LearningRate = 1,
            Loss = LossKind.Mse,
            Schedule = Schedule,
            WarmupFraction = Schedule == ScheduleKind.WarmupCosine ? 0.05 : null,
        }, rows: Steps);
        var (means, last, progress) = (new double[Epochs + 1], new double[Epochs + 1], new double[Epochs + 1]);
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            means[epoch] = Enumerable.Range(0, Steps).Average(step => schedule.RateOf(epoch, step));
            last[epoch] = schedule.LastRateOf(epoch);
        }

        var scale = means.Skip(1).Average();
        means = Array.ConvertAll(means, mean => mean / scale);
        means[0] = 1;
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            progress[epoch] = progress[epoch - 1] + means[epoch];
        }

        return (means, last, progress);
    }

    private Func<double, double> DrawBias(double fastest)
    {
        var floor = _random.Chance(0.5) ? 0 : _random.Chance(0.2) ? 1 : _random.Uniform(0, 0.5);
        var (above, settle) = (_random.LogUniform(0.02, 2), _random.LogUniform(0.5, 5));
        var (pace, power) = (Epochs * _random.LogUniform(fastest, 2), _random.Uniform(0.7, 3));
        var (share, second) = (_random.Uniform(0.2, 0.6), Epochs * _random.Uniform(0.1, 0.8));
        Func<double, double> fall = _random.Below(4) switch
        {
            0 => epoch => Math.Exp(-epoch / pace),
            1 => epoch => Math.Pow(1 + epoch / pace, -power),
            2 => epoch => (1 - share) * Math.Exp(-epoch / (0.2 * pace)) + share * Math.Exp(-epoch / pace),
            _ => epoch => (1 - share) * Math.Exp(-epoch / (0.1 * second)) + share / (1 + Math.Exp((epoch - second) / (0.1 * second))),
        };
        return HasSignal
            ? epoch => floor + (1 - floor) * fall(epoch) + above * Math.Exp(-epoch / settle)
            : epoch => above * Math.Exp(-epoch / settle);
    }

    private Func<double, double> DrawMemorisation(double never)
    {
        if (_random.Chance(never))
        {
            return _ => 0;
        }

        var start = Epochs * (_random.Chance(0.5) ? 0 : _random.Uniform(0, 0.8));
        var (pace, most) = (Epochs * _random.LogUniform(0.03, 2), Noise * _random.LogUniform(0.003, 3));
        return epoch => epoch < start ? 0 : most * (1 - Math.Exp(-(epoch - start) / pace));
    }

    /// <summary>The gap that opens when training rows are fitted better and better without harm to other rows: not overfitting.</summary>
    private Func<double, double> DrawGap()
    {
        var (most, pace) = (_random.Chance(0.5) ? 0 : _random.Uniform(0, 0.95), Epochs * _random.LogUniform(0.05, 2));
        return epoch => 1 - most * (1 - Math.Exp(-epoch / pace));
    }
}

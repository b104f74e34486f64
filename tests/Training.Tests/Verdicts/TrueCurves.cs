using Velodrome.Training.Fitting;
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

    public TrueCurves(VerdictCode kind, RandomSampler random)
    {
        _random = random;
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
        Bias = [.. Enumerable.Range(0, Epochs + 1).Select(epoch => bias(epoch))];
        Memorisation = [.. Enumerable.Range(0, Epochs + 1).Select(epoch => memorisation(epoch))];
        Train =
        [
            .. Enumerable.Range(0, Epochs + 1)
                .Select(epoch => Noise * gap(epoch) * Math.Exp(-Memorisation[epoch] / Noise) + Bias[epoch]),
        ];
        _lowest = new int[Epochs + 1];
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            _lowest[epoch] = epoch == 1 || Loss(epoch) < Loss(_lowest[epoch - 1]) ? epoch : _lowest[epoch - 1];
        }
    }

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

    /// <summary>Standard deviation of the random step in each of six directions.</summary>
    public double StepSize(int epoch) => Math.Sqrt(StepNoise * Math.Min(Loss(epoch), Noise + 0.1) / 6);

    /// <summary>The label of a run that ends at an epoch; null if it is between labels.</summary>
    /// <param name="last">The last epoch.</param>
    /// <param name="from">Smallest size of the change that the label is based on, in its standard errors.</param>
    /// <param name="to">Upper limit of a rise, in its standard errors.</param>
    public VerdictCode? Label(int last, double from = 4, double to = double.PositiveInfinity)
    {
        var lowest = _lowest[last];
        var (gain, rise, fall) = (Baseline - Loss(lowest), Loss(last) - Loss(lowest), Loss(last - last / 5) - Loss(last));
        var scale = Math.Max(Math.Min(Loss(lowest), gain), gain / 50);
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
            VerdictCode.StoppedTooEarly => InErrors(fall, last, last - last / 5) >= 4 ? label : null,
            _ => label,
        };
    }

    /// <summary>A change of the loss, in standard errors that include the rows and the noise of five-epoch levels.</summary>
    private double InErrors(double change, int epoch, int other)
    {
        var step = Math.Pow(StepSize(epoch), 2);
        var epochNoise = 4 * step * (Bias[epoch] + Memorisation[epoch] + 6 * Noise / Rows) + 12 * step * step;
        var levels = 2 * epochNoise * Math.Min(1, (1 + NoiseCorrelation) / (1 - NoiseCorrelation) / 5);
        return change / double.Hypot(RowsError(epoch, other), Math.Sqrt(levels));
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

    private Func<int, double> DrawBias(double fastest)
    {
        var floor = _random.Chance(0.5) ? 0 : _random.Chance(0.2) ? 1 : _random.Uniform(0, 0.5);
        var (above, settle) = (_random.LogUniform(0.02, 2), _random.LogUniform(0.5, 5));
        var (pace, power) = (Epochs * _random.LogUniform(fastest, 2), _random.Uniform(0.7, 3));
        var (share, second) = (_random.Uniform(0.2, 0.6), Epochs * _random.Uniform(0.1, 0.8));
        Func<int, double> fall = _random.Below(4) switch
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

    private Func<int, double> DrawMemorisation(double never)
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
    private Func<int, double> DrawGap()
    {
        var (most, pace) = (_random.Chance(0.5) ? 0 : _random.Uniform(0, 0.95), Epochs * _random.LogUniform(0.05, 2));
        return epoch => 1 - most * (1 - Math.Exp(-epoch / pace));
    }
}

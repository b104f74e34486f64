using Velodrome.Training.Fitting;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>
/// The noise-free half of a synthetic run: expected losses over all rows there could be, without jitter, how large the noise
/// around them is, and hence the label. docs/verdicts.md, "How it was measured", gives the definitions in words.
/// </summary>
public sealed class Truth
{
    private static readonly int[] Patiences = [5, 10, 10, 10, 20, 30];

    private readonly Draws _draws;
    private readonly int[] _lowest;

    public Truth(VerdictCode kind, Draws draws)
    {
        _draws = draws;
        Signal = kind != VerdictCode.NotLearning || draws.Chance(0.2);
        Noise = Signal ? 1 / draws.Uniform(0.15, 0.99) - 1 : 1;
        Rows = kind == VerdictCode.Inconclusive && draws.Chance(0.5) ? 1 + draws.Below(9) : (int)draws.LogUniform(30, 5001);
        Epochs = kind == VerdictCode.Inconclusive && Rows >= 10 ? 1 + draws.Below(5) : (int)draws.LogUniform(15, 301);
        Stopping = draws.Chance(0.35) ? null : new() { Patience = Patiences[draws.Below(Patiences.Length)] };
        (Spread, Heaviness) = (draws.Uniform(0, 0.9), draws.Chance(0.4) ? 0.5 : 0);
        (NoiseShare, NoiseCorrelation) = (draws.LogUniform(0.0005, 0.3), draws.Uniform(-0.4, 0.9));

        var (bias, memory, gap) = (DrawBias(kind == VerdictCode.StoppedTooEarly ? 0.1 : 0.01), DrawMemory(kind == VerdictCode.Overfitting ? 0 : 0.4), DrawGap());
        Bias = [.. Enumerable.Range(0, Epochs + 1).Select(epoch => bias(epoch))];
        Memory = [.. Enumerable.Range(0, Epochs + 1).Select(epoch => memory(epoch))];
        Train = [.. Enumerable.Range(0, Epochs + 1).Select(epoch => Noise * gap(epoch) * Math.Exp(-Memory[epoch] / Noise) + Bias[epoch])];
        _lowest = new int[Epochs + 1];
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            _lowest[epoch] = epoch == 1 || Loss(epoch) < Loss(_lowest[epoch - 1]) ? epoch : _lowest[epoch - 1];
        }
    }

    /// <summary>Whether the features tell anything about the target.</summary>
    public bool Signal { get; }

    /// <summary>The loss that no network can learn away; what can be learnt is 1.</summary>
    public double Noise { get; }

    public int Rows { get; }

    public int Epochs { get; }

    public EarlyStoppingOptions? Stopping { get; }

    /// <summary>Rows differ in scale by exp(spread · normal), and residuals once more by exp(heaviness · normal).</summary>
    public double Spread { get; }

    public double Heaviness { get; }

    /// <summary>Share of the loss that steps beside the path add, and their correlation from epoch to epoch.</summary>
    public double NoiseShare { get; }

    public double NoiseCorrelation { get; }

    /// <summary>Squared distance from what can be learnt, by epoch; the trivial answer's is 1 where there is a signal.</summary>
    public double[] Bias { get; }

    /// <summary>Squared distance that learning the training rows by heart adds.</summary>
    public double[] Memory { get; }

    public double[] Train { get; }

    /// <summary>Expected loss of the trivial answer.</summary>
    public double Baseline => Noise + (Signal ? 1 : 0);

    /// <summary>How far the memory's direction has turned at an epoch, in radians.</summary>
    public static double Angle(int epoch) => 0.01 * epoch;

    public double Loss(int epoch) => Noise + Bias[epoch] + Memory[epoch];

    /// <summary>Size of a step beside the path, in each of six directions.</summary>
    public double Step(int epoch) => Math.Sqrt(NoiseShare * Math.Min(Loss(epoch), Noise + 0.1) / 6);

    /// <summary>The label of a run that ends at an epoch; null between the kinds.</summary>
    /// <param name="last">The last epoch.</param>
    /// <param name="from">What the label rests on is at least this many of its standard errors.</param>
    /// <param name="to">A rise is less than this many of its standard errors.</param>
    public VerdictCode? Kind(int last, double from = 4, double to = double.PositiveInfinity)
    {
        var lowest = _lowest[last];
        var (gain, rise, fall) = (Baseline - Loss(lowest), Loss(last) - Loss(lowest), Loss(last - last / 5) - Loss(last));
        var scale = Math.Max(Math.Min(Loss(lowest), gain), gain / 50);
        VerdictCode? kind = gain < 0.005 * Baseline ? (fall < 0.01 * Baseline ? VerdictCode.NotLearning : null)
            : last < 12 || gain < 0.1 * Baseline ? null
            : rise > 0.15 * scale ? (Train[last] < 0.97 * Train[lowest] ? VerdictCode.Overfitting : null)
            : rise > 0.01 * scale ? null
            : fall > 0.08 * scale ? VerdictCode.StoppedTooEarly
            : fall < 0.01 * scale ? VerdictCode.Healthy
            : null;
        return kind switch
        {
            null or VerdictCode.NotLearning => kind,
            _ when gain < 4 * RowsError(lowest, null) => null,
            VerdictCode.Overfitting => InErrors(rise, last, lowest) is var errors && errors >= from && errors < to ? kind : null,
            VerdictCode.StoppedTooEarly => InErrors(fall, last, last - last / 5) >= 4 ? kind : null,
            _ => kind,
        };
    }

    /// <summary>A change of the loss in its standard errors: of the rows, and of levels read off five epochs each.</summary>
    private double InErrors(double change, int epoch, int other)
    {
        var step = Math.Pow(Step(epoch), 2);
        var epochNoise = 4 * step * (Bias[epoch] + Memory[epoch] + 6 * Noise / Rows) + 12 * step * step;
        var levels = 2 * epochNoise * Math.Min(1, (1 + NoiseCorrelation) / (1 - NoiseCorrelation) / 5);
        return change / double.Hypot(RowsError(epoch, other), Math.Sqrt(levels));
    }

    /// <summary>Standard error of the paired difference between two epochs, or an epoch and the trivial answer: fourth moments
    /// of normal variables, made larger by what rows differ in scale.</summary>
    private double RowsError(int epoch, int? other)
    {
        var (one, two) = (Loss(epoch), other is { } known ? Loss(known) : Baseline);
        var product = Noise + (other is { } pair
            ? Math.Sqrt(Bias[epoch] * Bias[pair]) + Math.Sqrt(Memory[epoch] * Memory[pair]) * Math.Cos(Angle(epoch) - Angle(pair))
            : Signal ? Math.Sqrt(Bias[epoch]) : 0);
        var scales = Math.Exp(4 * (Spread * Spread + Heaviness * Heaviness));
        return Math.Sqrt((scales * (3 * (one * one + two * two) - 2 * (one * two + 2 * product * product)) - (one - two) * (one - two)) / Rows);
    }

    private Func<int, double> DrawBias(double fastest)
    {
        var floor = _draws.Chance(0.5) ? 0 : _draws.Chance(0.2) ? 1 : _draws.Uniform(0, 0.5);
        var (above, settle) = (_draws.LogUniform(0.02, 2), _draws.LogUniform(0.5, 5));
        var (pace, power) = (Epochs * _draws.LogUniform(fastest, 2), _draws.Uniform(0.7, 3));
        var (share, second) = (_draws.Uniform(0.2, 0.6), Epochs * _draws.Uniform(0.1, 0.8));
        Func<int, double> fall = _draws.Below(4) switch
        {
            0 => epoch => Math.Exp(-epoch / pace),
            1 => epoch => Math.Pow(1 + epoch / pace, -power),
            2 => epoch => (1 - share) * Math.Exp(-epoch / (0.2 * pace)) + share * Math.Exp(-epoch / pace),
            _ => epoch => (1 - share) * Math.Exp(-epoch / (0.1 * second)) + share / (1 + Math.Exp((epoch - second) / (0.1 * second))),
        };
        return Signal
            ? epoch => floor + (1 - floor) * fall(epoch) + above * Math.Exp(-epoch / settle)
            : epoch => above * Math.Exp(-epoch / settle);
    }

    private Func<int, double> DrawMemory(double never)
    {
        if (_draws.Chance(never))
        {
            return _ => 0;
        }

        var start = Epochs * (_draws.Chance(0.5) ? 0 : _draws.Uniform(0, 0.8));
        var (pace, most) = (Epochs * _draws.LogUniform(0.03, 2), Noise * _draws.LogUniform(0.003, 3));
        return epoch => epoch < start ? 0 : most * (1 - Math.Exp(-(epoch - start) / pace));
    }

    /// <summary>Training rows may be fitted better and better without any harm to others: a gap, and no overfitting.</summary>
    private Func<int, double> DrawGap()
    {
        var (most, pace) = (_draws.Chance(0.5) ? 0 : _draws.Uniform(0, 0.95), Epochs * _draws.LogUniform(0.05, 2));
        return epoch => 1 - most * (1 - Math.Exp(-epoch / pace));
    }
}

namespace Velodrome.Training.Verdicts;

/// <summary>Reads the evidence off the curves.</summary>
internal static class CurveAnalysis
{
    /// <summary>Without rows their part is a guess: a rise r of a mean squared error of level L that comes of answers which
    /// differ at random has the standard error 2·sqrt(L·r / rows) where tails are light. Real runs show 0.7 to 5 times that.</summary>
    private const double Tails = 2;

    public static Evidence Analyze(Curves curves)
    {
        double[] train = [.. curves.Train.Skip(1)], validation = [.. curves.Validation.Skip(1)];
        var diverged = Enumerable.Range(0, curves.Train.Count).Where(epoch => !double.IsFinite(curves.Train[epoch]) || !double.IsFinite(curves.Validation[epoch]));
        var evidence = WithGain(curves, new()
        {
            Epochs = validation.Length,
            ValidationRows = curves.ValidationRows,
            DivergedAt = diverged.Cast<int?>().FirstOrDefault(),
            BestEpoch = curves.BestEpoch,
            BestLoss = Finite(curves.Validation.Skip(curves.BestEpoch).FirstOrDefault(double.NaN)),
            LastLoss = Finite(curves.Validation.LastOrDefault(double.NaN)),
        });
        return evidence.DivergedAt is null && evidence.Epochs >= Verdict.MinEpochs
            ? WithImprovement(validation, WithRise(curves, train, validation, evidence))
            : evidence;
    }

    private static Evidence WithGain(Curves curves, Evidence evidence)
    {
        var baseline = Finite(curves.Rows?.Baseline.Average() ?? curves.BaselineLoss ?? double.NaN);
        return evidence with
        {
            BaselineLoss = baseline,
            Gain = baseline - evidence.BestLoss,
            GainError = curves.Rows is { } rows ? PairedError(rows.Baseline, rows.Best) : null,
        };
    }

    /// <summary>The window is a third of the epochs since the lowest, so that it lies within the rise; at least 3, and at most
    /// 15 or a twentieth of all epochs, so that it lies within the valley.</summary>
    private static Evidence WithRise(Curves curves, double[] train, double[] validation, Evidence evidence)
    {
        var epochs = validation.Length;
        var lowest = validation.AsSpan().IndexOf(validation.Min());
        var window = Math.Clamp((epochs - 1 - lowest) / 3, 3, Math.Max(15, epochs / 20));
        var around = Math.Clamp(lowest - window / 2, 0, epochs - window);
        var noise = EpochNoise.Estimate(Recent(validation));

        var lowestLevel = EpochNoise.Median(validation.AsSpan(around, window));
        var endLevel = EpochNoise.Median(validation.AsSpan(epochs - window));
        var rise = endLevel - lowestLevel;
        var reference = evidence.BaselineLoss ?? curves.Validation[0];
        var learnt = Math.Max(reference - lowestLevel, reference / 10);
        var rowsError = curves.Rows is { } rows
            ? PairedError(rows.Last, rows.Best)
            : Tails * 2 * Math.Sqrt(Math.Max(0, lowestLevel)) * Math.Sqrt(Math.Max(0, rise) / curves.ValidationRows);
        return evidence with
        {
            Scale = Math.Max(Math.Min(lowestLevel, learnt), learnt / 50),
            EpochNoise = noise.Deviation,
            EpochNoiseCorrelation = noise.Correlation,
            Window = window,
            LowestEpoch = lowest + 1,
            LowestLevel = lowestLevel,
            EndLevel = endLevel,
            Rise = rise,
            RiseEpochNoise = noise.ErrorOfDifference(window),
            RiseError = rowsError is { } error ? double.Hypot(error, noise.ErrorOfDifference(window)) : null,
            TrainingLossDrop = EpochNoise.Median(train.AsSpan(around, window)) - EpochNoise.Median(train.AsSpan(epochs - window)),
            TrainingLossDropError = EpochNoise.Estimate(Recent(train)).ErrorOfDifference(window),
        };
    }

    private static Evidence WithImprovement(double[] validation, Evidence evidence)
    {
        var epochs = validation.Length;
        var part = Math.Min(Math.Max(4, epochs / 5), epochs / 2);
        return evidence with
        {
            RecentEpochs = part,
            Improvement = EpochNoise.Median(validation.AsSpan(epochs - 2 * part, part)) - EpochNoise.Median(validation.AsSpan(epochs - part)),
            ImprovementError = EpochNoise.Estimate(Recent(validation)).ErrorOfDifference(part),
        };
    }

    /// <summary>The last three quarters: a network jitters otherwise while it still falls fast.</summary>
    private static ReadOnlySpan<double> Recent(double[] losses) => losses.AsSpan(Math.Max(0, Math.Min(losses.Length - 12, losses.Length / 4)));

    /// <summary>Standard error of the mean difference; null for a single row.</summary>
    private static double? PairedError(double[] one, double[] other)
    {
        var moments = Tables.Moments.Of([.. one.Zip(other, (a, b) => a - b)]);
        return one.Length > 1 ? Finite(moments.StandardDeviation / Math.Sqrt(one.Length - 1)) : null;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

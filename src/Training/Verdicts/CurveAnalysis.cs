namespace Velodrome.Training.Verdicts;

/// <summary>Computes the evidence from the curves.</summary>
internal static class CurveAnalysis
{
    /// <summary>
    /// Factor on the guessed standard error of a rise, which is used while the losses of the rows are not known. The guess is
    /// 2 · sqrt(L · r / rows) for a rise r from level L: if the errors have variance σ² and predictions change at random by δ, a squared
    /// loss rises by r = δ², and a row's loss changes by 2σδ = 2 · sqrt(L · r). It is the same for half of squares (Huber), and has
    /// sqrt(π) instead of 2 for absolute errors. Cross entropy is similar; a test compares all losses. Real runs show 0.7 to 5 times the
    /// guess, because their errors have heavier tails.
    /// </summary>
    private const double GuessMargin = 2;

    public static Evidence Analyze(Curves curves)
    {
        double[] train = [.. curves.Train.Skip(1)], validation = [.. curves.Validation.Skip(1)];
        var diverged = Enumerable.Range(0, curves.Train.Count)
            .Where(epoch => !double.IsFinite(curves.Train[epoch]) || !double.IsFinite(curves.Validation[epoch]));
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
            ? WithRise(curves, train, validation, evidence)
                .WithImprovement(validation, [.. curves.LearningRates.Skip(1)], EpochNoise.Estimate(SettledPart(validation)))
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

    /// <summary>The window is a third of the epochs since the lowest one, so that its end lies within the rise. It is at least 3 epochs,
    /// and at most 15 or a twentieth of all epochs, so that its beginning lies within the minimum.</summary>
    private static Evidence WithRise(Curves curves, double[] train, double[] validation, Evidence evidence)
    {
        var epochs = validation.Length;
        var lowest = validation.AsSpan().IndexOf(validation.Min());
        var window = Math.Clamp((epochs - 1 - lowest) / 3, 3, Math.Max(15, epochs / 20));
        var around = Math.Clamp(lowest - window / 2, 0, epochs - window);
        var noise = EpochNoise.Estimate(SettledPart(validation));

        var lowestLevel = EpochNoise.Median(validation.AsSpan(around, window));
        var endLevel = EpochNoise.Median(validation.AsSpan(epochs - window));
        var rise = endLevel - lowestLevel;
        var reference = evidence.BaselineLoss ?? curves.Validation[0];
        var learnt = Math.Max(reference - lowestLevel, reference / 10);
        var rowsError = curves.Rows is { } rows
            ? PairedError(rows.Last, rows.Best)
            : GuessMargin * 2 * Math.Sqrt(Math.Max(0, lowestLevel)) * Math.Sqrt(Math.Max(0, rise) / curves.ValidationRows);
        return evidence with
        {
            Scale = Math.Max(Math.Min(lowestLevel, learnt), learnt / 50),
            EpochNoise = noise.Deviation,
            EpochNoiseCorrelation = noise.Correlation,
            WindowEpochs = window,
            LowestEpoch = lowest + 1,
            LowestLevel = lowestLevel,
            EndLevel = endLevel,
            Rise = rise,
            RiseEpochNoise = noise.ErrorOfDifference(window),
            RiseError = rowsError is { } error ? double.Hypot(error, noise.ErrorOfDifference(window)) : null,
            TrainingLossDrop = EpochNoise.Median(train.AsSpan(around, window)) - EpochNoise.Median(train.AsSpan(epochs - window)),
            TrainingLossDropError = EpochNoise.Estimate(SettledPart(train)).ErrorOfDifference(window),
        };
    }

    /// <summary>The last three quarters of the epochs: noise is different while the loss still falls fast.</summary>
    private static ReadOnlySpan<double> SettledPart(double[] losses) =>
        losses.AsSpan(Math.Max(0, Math.Min(losses.Length - 12, losses.Length / 4)));

    /// <summary>Standard error of the mean difference of paired losses; null for a single row.</summary>
    private static double? PairedError(double[] one, double[] other)
    {
        var moments = Tables.Moments.Of([.. one.Zip(other, (a, b) => a - b)]);
        return one.Length > 1 ? Finite(moments.StandardDeviation / Math.Sqrt(one.Length - 1)) : null;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

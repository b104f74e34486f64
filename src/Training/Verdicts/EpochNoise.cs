namespace Velodrome.Training.Verdicts;

/// <summary>How a loss moves from epoch to epoch besides its trend.</summary>
/// <param name="Deviation">Standard deviation of one epoch around the trend, in the loss's own units.</param>
/// <param name="Correlation">Between neighbouring epochs, -0.5 to 0.9; drawn to 0 where the curve is too short to know.</param>
internal readonly record struct EpochNoise(double Deviation, double Correlation)
{
    private const double DeviationPerMedian = 1.4826;
    private const double MedianPerMean = 1.2533;

    /// <summary>Measured on second differences, which a straight trend does not enter at all, and on their medians, which
    /// spikes hardly enter. The variance of those two epochs apart over that of those one apart is about 1 + r where
    /// neighbours correlate by r; the variance itself is s²(6 - 8r + 2r²).</summary>
    /// <param name="losses">Finite losses of successive epochs.</param>
    public static EpochNoise Estimate(ReadOnlySpan<double> losses)
    {
        var (one, two) = (Spread(losses, 1), Spread(losses, 2));
        var known = losses.Length / (losses.Length + 20.0);
        var correlation = one > 0 ? known * Math.Clamp(two / one * (two / one) - 1, -0.5, 0.9) : 0;
        return new(one / Math.Sqrt(6 - 8 * correlation + 2 * correlation * correlation), correlation);
    }

    /// <summary>Standard error of the difference between two medians of so many successive epochs.</summary>
    public double ErrorOfDifference(int epochs) =>
        Math.Sqrt(2) * MedianPerMean * Deviation * Math.Sqrt(Math.Min(1, (1 + Correlation) / (1 - Correlation) / epochs));

    public static double Median(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Spread(ReadOnlySpan<double> losses, int lag)
    {
        var bends = new double[losses.Length - 2 * lag];
        for (var i = 0; i < bends.Length; i++)
        {
            bends[i] = Math.Abs(losses[i] - 2 * losses[i + lag] + losses[i + 2 * lag]);
        }

        return DeviationPerMedian * Median(bends);
    }
}

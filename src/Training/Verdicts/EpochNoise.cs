namespace Velodrome.Training.Verdicts;

/// <summary>The random variation of a loss from epoch to epoch around its trend.</summary>
/// <param name="Deviation">Standard deviation of an epoch from the trend, in the loss's own unit.</param>
/// <param name="Correlation">Correlation r of neighbouring epochs, -0.5 to 0.9; shrunk towards 0 for short curves.</param>
internal readonly record struct EpochNoise(double Deviation, double Correlation)
{
    private const double DeviationPerMedian = 1.4826;
    private const double MedianPerMean = 1.2533;

    /// <summary>Estimates the noise from second differences, which remove a straight trend, and from their medians, which spikes
    /// hardly affect. With standard deviation s, the variance of second differences is s²(6 - 8r + 2r²) at a lag of one epoch, and
    /// about 1 + r times that at a lag of two.</summary>
    /// <param name="losses">Finite losses of successive epochs.</param>
    public static EpochNoise Estimate(ReadOnlySpan<double> losses)
    {
        var (one, two) = (Spread(losses, 1), Spread(losses, 2));
        var known = losses.Length / (losses.Length + 20.0);
        var correlation = one > 0 ? known * Math.Clamp(two / one * (two / one) - 1, -0.5, 0.9) : 0;
        return new(one / Math.Sqrt(6 - 8 * correlation + 2 * correlation * correlation), correlation);
    }

    /// <summary>Standard error of the median of this many successive epochs.</summary>
    public double ErrorOfMedian(int epochs) =>
        MedianPerMean * Deviation * Math.Sqrt(Math.Min(1, (1 + Correlation) / (1 - Correlation) / epochs));

    /// <summary>Standard error of the difference between two such medians.</summary>
    public double ErrorOfDifference(int epochs) => Math.Sqrt(2) * ErrorOfMedian(epochs);

    /// <summary>The median; the mean of the middle two for an even number of values.</summary>
    public static double Median(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Spread(ReadOnlySpan<double> losses, int lag)
    {
        var differences = new double[losses.Length - 2 * lag];
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = Math.Abs(losses[i] - 2 * losses[i + lag] + losses[i + 2 * lag]);
        }

        return DeviationPerMedian * Median(differences);
    }
}

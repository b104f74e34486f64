using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Comparison;

/// <summary>
/// Tells whether two runs differ by more than chance: the percentile interval of the mean difference per row, from resampled rows
/// (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13). The rows are paired, because a row that is hard for
/// one run is usually hard for the other.
/// </summary>
/// <remarks>The interval is about these two trained networks on new rows, not about other seeds. With few rows it is somewhat too
/// narrow: at ten rows it covers about 0.90 instead of 0.95.</remarks>
public static class PairedBootstrap
{
    /// <summary>Minimum number of rows for an interval: with fewer, it would be far too narrow.</summary>
    public const int MinRows = 10;

    /// <summary>With more rows the interval is the limit of resampling instead: a normal distribution corrected for skewness (the
    /// Cornish-Fisher expansion of the bootstrap distribution; Hall, "The Bootstrap and Edgeworth Expansion", 1992), which needs no
    /// random numbers.</summary>
    public const int MaxResampledRows = 5_000;

    private const double Tail = 0.025;

    /// <summary>The standard normal's quantile at 1 - <see cref="Tail"/>.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>Compares two runs.</summary>
    /// <param name="losses">[rows]: this run's loss of each row.</param>
    /// <param name="otherLosses">[rows]: the other run's loss of the same rows, in the same unit.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="resamples">Number of resamples.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no row.</exception>
    public static LossDifference Compare(ReadOnlySpan<double> losses, ReadOnlySpan<double> otherLosses, long seed, int resamples = 2_000)
    {
        if (losses.Length != otherLosses.Length || losses.Length == 0)
        {
            throw new ArgumentException($"Expected losses of the same rows, at least one; got {losses.Length} and {otherLosses.Length}.");
        }

        var differences = new double[losses.Length];
        for (var row = 0; row < differences.Length; row++)
        {
            differences[row] = losses[row] - otherLosses[row];
        }

        var moments = Moments.Of(differences);
        if (differences.Length < MinRows)
        {
            return new(moments.Mean, null, null, differences.Length);
        }

        var (low, high) = differences.Length > MaxResampledRows
            ? Limit(differences, moments)
            : Resample(differences, seed, resamples);
        return new(moments.Mean, low, high, differences.Length);
    }

    private static (double Low, double High) Resample(double[] differences, long seed, int resamples)
    {
        var random = new RandomNumbers(seed, RandomPurpose.Bootstrap, 0);
        var means = new double[resamples];
        var rows = (ulong)differences.Length;
        var position = 0UL;
        for (var i = 0; i < resamples; i++)
        {
            var (sum, other) = (0.0, 0.0);
            for (var drawn = 1UL; drawn < rows; drawn += 2)
            {
                var bits = random.At(position++); // two rows from one number, 32 bits each
                sum += differences[(int)((bits >> 32) * rows >> 32)];
                other += differences[(int)((uint)bits * rows >> 32)];
            }

            var last = rows % 2 == 1 ? differences[(int)((random.At(position++) >> 32) * rows >> 32)] : 0;
            means[i] = (sum + other + last) / rows;
        }

        Array.Sort(means);
        return (Quantile(means, Tail), Quantile(means, 1 - Tail));
    }

    private static (double Low, double High) Limit(double[] differences, Moments moments)
    {
        var cubes = differences.Average(difference =>
            (difference - moments.Mean) * (difference - moments.Mean) * (difference - moments.Mean));
        var skewness = cubes / Math.Pow(moments.NonZeroDeviation, 3) / Math.Sqrt(differences.Length); // of the mean
        var error = moments.StandardDeviation / Math.Sqrt(differences.Length);
        var shift = skewness * (Z * Z - 1) / 6;
        return (moments.Mean + error * (shift - Z), moments.Mean + error * (shift + Z));
    }

    /// <summary>Interpolates linearly between neighbours (Hyndman and Fan 1996, definition 7, the default of NumPy and R).</summary>
    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return sorted[below] + (at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}

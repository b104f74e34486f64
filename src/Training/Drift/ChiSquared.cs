using Velodrome.Training.Networks;

namespace Velodrome.Training.Drift;

/// <summary>Result of a chi-squared test of homogeneity.</summary>
/// <param name="Statistic">Pearson's chi-squared.</param>
/// <param name="DegreesOfFreedom">Number of levels, after rare ones were pooled, less 1.</param>
/// <param name="PValue">The probability of such a statistic or a larger one if both samples are from one distribution.</param>
/// <param name="CramersV">Effect size from 0 (equal shares) to 1 (no level in common), for two samples of the same size.</param>
public readonly record struct ChiSquaredTest(double Statistic, int DegreesOfFreedom, double PValue, double CramersV);

/// <summary>
/// Pearson's chi-squared test of homogeneity: whether two samples have the same shares of each level (Agresti, "Categorical Data
/// Analysis", 2nd edition, section 3.2).
/// </summary>
/// <remarks>
/// Cramér's V is computed from the shares, as if both samples had the same size. Computed from the counts, it would tend to 0 when few
/// rows are compared with many, however different they are.
/// </remarks>
public static class ChiSquared
{
    /// <summary>Rows that a level must have, observed or expected, in both samples. Other levels are pooled (Cochran 1954).</summary>
    public const int MinRows = 5;

    /// <summary>Compares two samples.</summary>
    /// <param name="first">[levels]: rows of each level in the first sample.</param>
    /// <param name="second">[levels]: rows of each level in the second sample.</param>
    /// <returns>Null if fewer than two levels are left after rare ones were pooled: then there is nothing to test.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a sample is empty.</exception>
    public static ChiSquaredTest? Compare(ReadOnlySpan<long> first, ReadOnlySpan<long> second)
    {
        var (firstTotal, secondTotal) = (Sum(first), Sum(second));
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"Expected counts of the same levels; got {first.Length} and {second.Length}.");
        }

        KolmogorovSmirnov.RefuseEmpty(firstTotal, secondTotal);
        var levels = PoolRare(first, second, firstTotal, secondTotal);
        if (levels.Count < 2)
        {
            return null;
        }

        var (statistic, distance) = (0.0, 0.0);
        foreach (var (firstRows, secondRows) in levels)
        {
            var share = (double)(firstRows + secondRows) / (firstTotal + secondTotal);
            statistic += Squared(firstRows - share * firstTotal) / (share * firstTotal)
                + Squared(secondRows - share * secondTotal) / (share * secondTotal);
            var (firstShare, secondShare) = ((double)firstRows / firstTotal, (double)secondRows / secondTotal);
            distance += Squared(firstShare - secondShare) / (firstShare + secondShare);
        }

        var degrees = levels.Count - 1;
        return new(statistic, degrees, UpperTail(statistic, degrees), Math.Sqrt(distance / 2));
    }

    /// <summary>P(X > x) of the chi-squared distribution: the finite series 26.4.4 and 26.4.5 of Abramowitz and Stegun, to 12 digits.
    /// </summary>
    /// <param name="x">At least 0.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    internal static double UpperTail(double x, int degrees)
    {
        var half = x / 2;
        var isOdd = degrees % 2 == 1;
        var tail = isOdd ? Erf.Complement(Math.Sqrt(half)) : 0;
        var power = isOdd ? 0.5 : 0;
        var logTerm = power * Math.Log(half) - half - (isOdd ? Math.Log(Math.Sqrt(Math.PI) / 2) : 0); // half^power e^-half / Γ(power + 1)
        for (; half > 0 && power < degrees / 2.0; power++)
        {
            tail += Math.Exp(logTerm);
            logTerm += Math.Log(half / (power + 1));
        }

        return half > 0 ? Math.Min(1, tail) : 1;
    }

    /// <summary>Pools the levels that have too few rows for the chi-squared distribution. If the pool has too few as well, the rarest other
    /// level joins it.</summary>
    internal static List<(long First, long Second)> PoolRare(
        ReadOnlySpan<long> first, ReadOnlySpan<long> second, long firstTotal, long secondTotal)
    {
        var levels = new List<(long First, long Second)>();
        var (pooledFirst, pooledSecond) = (0L, 0L);
        for (var level = 0; level < first.Length; level++)
        {
            if (IsEnough(first[level], second[level]))
            {
                levels.Add((first[level], second[level]));
            }
            else
            {
                (pooledFirst, pooledSecond) = (pooledFirst + first[level], pooledSecond + second[level]);
            }
        }

        if (pooledFirst + pooledSecond > 0)
        {
            if (levels.Count > 0 && !IsEnough(pooledFirst, pooledSecond))
            {
                var rarest = levels.MinBy(level => level.First + level.Second);
                levels.Remove(rarest);
                (pooledFirst, pooledSecond) = (pooledFirst + rarest.First, pooledSecond + rarest.Second);
            }

            levels.Add((pooledFirst, pooledSecond));
        }

        return levels;

        bool IsEnough(long firstRows, long secondRows)
        {
            var share = (double)(firstRows + secondRows) / (firstTotal + secondTotal);
            return Math.Max(firstRows, share * firstTotal) >= MinRows && Math.Max(secondRows, share * secondTotal) >= MinRows;
        }
    }

    internal static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }

    private static double Squared(double value) => value * value;
}

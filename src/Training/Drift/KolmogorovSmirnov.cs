namespace Velodrome.Training.Drift;

/// <summary>Result of a two-sample Kolmogorov-Smirnov test.</summary>
/// <param name="Statistic">D, from 0 to 1: the largest difference between the two shares of values that are at most some value. It is an
/// effect size too, because it does not depend on the number of rows.</param>
/// <param name="PValue">The probability of such a D or a larger one if both samples are from one distribution.</param>
/// <param name="At">The value at which the difference is largest.</param>
/// <param name="FirstShare">Share of the first sample that is at most <paramref name="At"/>.</param>
/// <param name="SecondShare">Share of the second sample that is at most <paramref name="At"/>.</param>
public readonly record struct KolmogorovSmirnovTest(double Statistic, double PValue, double At, double FirstShare, double SecondShare);

/// <summary>
/// The two-sample Kolmogorov-Smirnov test, which notices any change of a distribution of numbers: its location, its spread or its shape.
/// </summary>
/// <remarks>
/// The p-value is that of the limiting distribution with Stephens' correction for small samples (Stephens 1970; Press et al., "Numerical
/// Recipes", 3rd edition, section 14.3.3). With ties it is too large rather than too small (Conover, "Practical Nonparametric
/// Statistics", section 6.3).
/// </remarks>
public static class KolmogorovSmirnov
{
    /// <summary>Compares two samples.</summary>
    /// <param name="first">Finite values, ascending.</param>
    /// <param name="second">Finite values in the same unit, ascending.</param>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static KolmogorovSmirnovTest Compare(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        RefuseEmpty(first.Length, second.Length);
        var (largest, at, firstShare, secondShare) = (0.0, first[0], 0.0, 0.0);
        for (int i = 0, j = 0; i < first.Length && j < second.Length;) // after the last value of one sample, the difference only shrinks
        {
            var value = Math.Min(first[i], second[j]);
            for (; i < first.Length && first[i] == value; i++) { }
            for (; j < second.Length && second[j] == value; j++) { }
            var (firstAt, secondAt) = ((double)i / first.Length, (double)j / second.Length);
            if (Math.Abs(firstAt - secondAt) > largest)
            {
                (largest, at, firstShare, secondShare) = (Math.Abs(firstAt - secondAt), value, firstAt, secondAt);
            }
        }

        return new(largest, PValue(largest, first.Length, second.Length), at, firstShare, secondShare);
    }

    /// <summary>The p-value of a statistic.</summary>
    /// <param name="statistic">D, from 0 to 1.</param>
    /// <param name="first">Size of the first sample, at least 1.</param>
    /// <param name="second">Size of the second sample, at least 1.</param>
    public static double PValue(double statistic, long first, long second)
    {
        var root = Math.Sqrt((double)first / (first + second) * second);
        return UpperTail((root + 0.12 + 0.11 / root) * statistic);
    }

    /// <summary>P(K > x) of the Kolmogorov distribution. Each of the two series (Numerical Recipes, equations 6.14.56 and 6.14.57) is used
    /// where it needs few terms.</summary>
    internal static double UpperTail(double x)
    {
        if (x < 0.2)
        {
            return 1; // 1 - P is less than 1e-12
        }

        var sum = 0.0;
        if (x < 1.18)
        {
            for (var odd = 1; odd <= 7; odd += 2)
            {
                sum += Math.Exp(-odd * odd * Math.PI * Math.PI / (8 * x * x));
            }

            return 1 - Math.Sqrt(2 * Math.PI) / x * sum;
        }

        for (var term = 1; term <= 4; term++)
        {
            sum += (term % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * term * term * x * x);
        }

        return sum;
    }

    internal static void RefuseEmpty(long first, long second)
    {
        if (first == 0 || second == 0)
        {
            throw new ArgumentException($"Expected two samples with at least one value each; got {first} and {second} values.");
        }
    }
}

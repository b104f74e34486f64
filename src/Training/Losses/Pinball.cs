using Velodrome.Training.Networks;

namespace Velodrome.Training.Losses;

/// <summary>The loss whose smallest mean is at a quantile (Koenker and Bassett, "Regression Quantiles", Econometrica 46, 1978).</summary>
internal static class Pinball
{
    /// <summary>The loss of a row.</summary>
    /// <param name="error">Output - target, in any unit, which is then the unit of the loss.</param>
    /// <param name="quantile">Above 0, below 1.</param>
    public static double Of(double error, double quantile) => error > 0 ? (1 - quantile) * error : -quantile * error;

    /// <summary>The smallest number at which the mean loss of some numbers is smallest: the first one, in ascending order, at which the
    /// weights add up to the quantile of their sum.</summary>
    /// <param name="values">At least one; they are sorted in place.</param>
    /// <param name="quantile">Above 0, below 1.</param>
    /// <param name="weights">How much each number counts, at least 0; null if all count alike.</param>
    public static float QuantileOf(float[] values, double quantile, float[]? weights)
    {
        var ordered = weights?.ToArray();
        Array.Sort(values, ordered);
        var enough = (ordered?.Sum(weight => (double)weight) ?? values.Length) * quantile * (1 - 1e-9); // 10 x 0.7 is not above 7
        var (at, sum) = (0, (double)(ordered?[0] ?? 1));
        while (sum < enough && at < values.Length - 1)
        {
            at++;
            sum += ordered?[at] ?? 1;
        }

        return values[at];
    }

    /// <summary>Standard deviation of the loss divided by its mean, for standard normal targets and the prediction of their quantile z:
    /// the mean is φ(z), and the mean square (1 + z²) q (1 - q) + (1 - 2q) z φ(z).</summary>
    /// <param name="quantile">Above 0, below 1.</param>
    public static double RelativeDeviation(double quantile)
    {
        var q = Math.Max(quantile, 1 - quantile); // the deviation is the same for both
        var z = 0.0;
        for (var step = 0; step < 30; step++)
        {
            z += (Erf.Complement(z / Math.Sqrt(2)) / 2 - (1 - q)) / Density(z); // Newton; the tail is convex, so z never gets too large
        }

        var square = (1 + z * z) * q * (1 - q) + (1 - 2 * q) * z * Density(z);
        return Math.Sqrt(square / (Density(z) * Density(z)) - 1);
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
}

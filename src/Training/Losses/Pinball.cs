using Velodrome.Training.Networks;

namespace Velodrome.Training.Losses;

/// <summary>The loss whose smallest mean is at a quantile (Koenker and Bassett, "Regression Quantiles", Econometrica 46, 1978).</summary>
internal static class Pinball
{
    /// <summary>The loss of a row.</summary>
    /// <param name="error">Output - target, in any unit, which is then the unit of the loss.</param>
    /// <param name="quantile">Above 0, below 1.</param>
    public static double Of(double error, double quantile) => error > 0 ? (1 - quantile) * error : -quantile * error;

    /// <summary>The smallest number at which the mean loss of some numbers is smallest: that of rank n · quantile, rounded up.</summary>
    /// <param name="values">At least one; they are sorted in place.</param>
    /// <param name="quantile">Above 0, below 1.</param>
    public static float QuantileOf(float[] values, double quantile)
    {
        Array.Sort(values);
        var rank = Math.Ceiling(values.Length * quantile * (1 - 1e-12)); // 10 x 0.7 must not round up to 8
        return values[Math.Max(1, (int)rank) - 1];
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

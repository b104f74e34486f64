namespace Velodrome.Training.Networks;

/// <summary>The error function, which .NET lacks and the exact GELU needs.</summary>
public static class Erf
{
    private static readonly double TwoOverRootPi = 2 / Math.Sqrt(Math.PI);

    /// <summary>erf(x), to 1e-14: series 7.1.6 of Abramowitz and Stegun near zero, the continued fraction 7.1.14 further out.</summary>
    public static double Evaluate(double x)
    {
        var magnitude = Math.Abs(x);
        var value = magnitude switch
        {
            < 2.5 => Series(magnitude),
            double.NaN => double.NaN,
            < 6 => 1 - ContinuedFraction(magnitude),
            _ => 1,
        };
        return Math.CopySign(value, x);
    }

    /// <summary>1 - erf(x) for x of at least 0, to 13 digits, also where erf(x) is rounded to 1.</summary>
    public static double Complement(double x) => x < 2.5 ? 1 - Series(x) : ContinuedFraction(x);

    private static double Series(double x)
    {
        var (term, sum) = (x, x);
        for (var n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return TwoOverRootPi * Math.Exp(-x * x) * sum;
    }

    private static double ContinuedFraction(double x)
    {
        var denominator = x;
        for (var n = 60; n > 0; n--)
        {
            denominator = x + n / 2.0 / denominator;
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * denominator);
    }
}

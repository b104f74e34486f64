namespace Velodrome.Training.Tables;

/// <summary>Mean and population standard deviation, in the unit of the values.</summary>
public readonly record struct Moments(double Mean, double StandardDeviation)
{
    /// <summary>Whether the values differ by no more than the rounding error of their mean.</summary>
    public bool IsConstant => StandardDeviation <= 1e-12 * Math.Abs(Mean);

    /// <summary>The standard deviation, or 1 when the values are constant: safe to divide by.</summary>
    public double NonZeroDeviation => IsConstant ? 1 : StandardDeviation;

    /// <summary>Computes both in two passes, which stays accurate for large offsets (Chan, Golub and LeVeque 1983).</summary>
    /// <param name="values">Finite values; without any, both results are NaN.</param>
    public static Moments Of(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        var (squares, rest) = (0.0, 0.0);
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
            rest += value - mean;
        }

        return new(mean, Math.Sqrt(Math.Max(0, (squares - rest * rest / values.Length) / values.Length)));
    }
}

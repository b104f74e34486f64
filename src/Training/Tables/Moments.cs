namespace Velodrome.Training.Tables;

/// <summary>Mean and population standard deviation, in the values' own units.</summary>
public readonly record struct Moments(double Mean, double StandardDeviation)
{
    /// <summary>Whether the values differ by no more than the rounding of their mean.</summary>
    public bool IsConstant => StandardDeviation <= 1e-12 * Math.Abs(Mean);

    /// <summary>The deviation to divide by: 1 when the values are constant.</summary>
    public double UsableDeviation => IsConstant ? 1 : StandardDeviation;

    /// <summary>In two passes, which large offsets do not disturb (Chan, Golub and LeVeque 1983).</summary>
    /// <param name="values">Finite values; NaN for none.</param>
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

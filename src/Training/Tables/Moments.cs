namespace Velodrome.Training.Tables;

/// <summary>Mean and population standard deviation, in the unit of the values.</summary>
public readonly record struct Moments(double Mean, double StandardDeviation)
{
    /// <summary>Sums of squares up to this lose digits to underflow, and are computed again from scaled values.</summary>
    private const double SmallestSquares = 1e-280;

    /// <summary>2⁵⁰⁰: a power of two changes no digit.</summary>
    private static readonly double TinyScale = Math.ScaleB(1, 500);

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
        var squares = CentredSquares(values, mean, scale: 1);
        if (squares <= SmallestSquares && CentredSquares(values, mean, TinyScale) is var scaled && double.IsFinite(scaled))
        {
            return new(mean, Math.Sqrt(scaled / values.Length) / TinyScale);
        }

        return new(mean, Math.Sqrt(squares / values.Length)); // of equal large values, only the mean's rounding error is left
    }

    private static double CentredSquares(ReadOnlySpan<double> values, double mean, double scale)
    {
        var (squares, rest) = (0.0, 0.0);
        foreach (var value in values)
        {
            var centred = (value - mean) * scale;
            squares += centred * centred;
            rest += centred;
        }

        return Math.Max(0, squares - rest * rest / values.Length);
    }
}

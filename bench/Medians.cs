namespace Velodrome.Bench;

internal static class Medians
{
    /// <summary>The median, and the quartiles below and above it.</summary>
    public static (double Lower, double Median, double Upper) Quartiles(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 4], sorted.Median(), sorted[sorted.Length * 3 / 4]);
    }

    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

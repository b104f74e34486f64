namespace Velodrome.Bench;

internal static class Medians
{
    /// <summary>The median, and what a quarter of the values lie below and above.</summary>
    public static (double Lower, double Median, double Upper) Quarters(this IEnumerable<double> values)
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

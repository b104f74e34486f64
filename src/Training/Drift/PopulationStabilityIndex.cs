namespace Velodrome.Training.Drift;

/// <summary>
/// The population stability index of credit scoring (Siddiqi, "Credit Risk Scorecards", 2006): the sum of (q - p) ln(q / p) over bins with
/// shares p and q. By convention, less than 0.1 is stable, and more than 0.25 is a large shift. It depends on the bins, and is not a test.
/// </summary>
public static class PopulationStabilityIndex
{
    /// <summary>Bins of numbers: tenths of the first sample.</summary>
    public const int Bins = 10;

    /// <summary>Compares two samples.</summary>
    /// <param name="first">[bins]: rows of the first sample in each bin.</param>
    /// <param name="second">[bins]: rows of the second sample in the same bins. A bin without rows counts as half a row, because its
    /// logarithm would be infinite.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a sample is empty.</exception>
    public static double Evaluate(ReadOnlySpan<long> first, ReadOnlySpan<long> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"Expected counts of the same bins; got {first.Length} and {second.Length}.");
        }

        var (firstTotal, secondTotal) = (ChiSquared.Sum(first), ChiSquared.Sum(second));
        KolmogorovSmirnov.RefuseEmpty(firstTotal, secondTotal);
        var index = 0.0;
        for (var bin = 0; bin < first.Length; bin++)
        {
            if (first[bin] + second[bin] > 0)
            {
                var (p, q) = (Math.Max(0.5, first[bin]) / firstTotal, Math.Max(0.5, second[bin]) / secondTotal);
                index += (q - p) * Math.Log(q / p);
            }
        }

        return index;
    }

    /// <summary>Compares two samples of numbers, in the tenths of the first. Equal values are in one bin, and a value that fills more than
    /// one tenth has a bin of its own.</summary>
    /// <param name="first">Finite values, ascending.</param>
    /// <param name="second">Finite values in the same unit, ascending.</param>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static double Evaluate(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        KolmogorovSmirnov.RefuseEmpty(first.Length, second.Length);
        var edges = EdgesOf(first);
        var (firstRows, secondRows) = (new long[edges.Count + 1], new long[edges.Count + 1]);
        Count(first, edges, firstRows);
        Count(second, edges, secondRows);
        return Evaluate(firstRows, secondRows);
    }

    /// <summary>The tenths of a sample. A value that fills more than one has a bin of its own.</summary>
    private static List<double> EdgesOf(ReadOnlySpan<double> sorted)
    {
        var edges = new List<double>(2 * Bins);
        for (var bin = 1; bin < Bins; bin++)
        {
            var edge = sorted[(int)((long)sorted.Length * bin / Bins)];
            if (edges.Count == 0 || edge > edges[^1])
            {
                edges.Add(edge);
            }
            else if (edge == edges[^1])
            {
                edges.Add(Math.BitIncrement(edge));
            }
        }

        return edges;
    }

    private static void Count(ReadOnlySpan<double> sorted, List<double> edges, long[] rows)
    {
        var bin = 0;
        foreach (var value in sorted)
        {
            while (bin < edges.Count && value >= edges[bin])
            {
                bin++;
            }

            rows[bin]++;
        }
    }
}

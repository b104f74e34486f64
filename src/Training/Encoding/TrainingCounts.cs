namespace Velodrome.Training.Encoding;

/// <summary>How many training rows have which values of a feature: with it, rows that predictions are asked for can be compared with the
/// training rows without reading those again.</summary>
/// <param name="Edges">For numbers, dates and booleans, ascending: bin i has the values from edge i - 1 up to, but not including, edge i.
/// The first bin is below the training range, and the last one above. Null for categories.</param>
/// <param name="Rows">Training rows of each bin; or of each level, then of all rare levels together, and then of those beyond the number
/// of levels that a table keeps.</param>
/// <param name="Missing">Training rows without a value.</param>
public sealed record TrainingCounts(IReadOnlyList<double>? Edges, IReadOnlyList<long> Rows, long Missing)
{
    /// <summary>Largest number of bins within the training range. Each has about the same number of training rows.</summary>
    public const int MaxBins = 16;

    private static readonly double[] EdgesOfBooleans = [0, 1, Math.BitIncrement(1.0)];

    /// <summary>Counts numbers, dates or booleans.</summary>
    /// <param name="sorted">The values of the training rows that have one, ascending.</param>
    /// <param name="missing">Training rows without a value.</param>
    /// <param name="areBooleans">Whether the bins are those of false and true.</param>
    internal static TrainingCounts OfNumbers(ReadOnlySpan<double> sorted, long missing, bool areBooleans)
    {
        IReadOnlyList<double> edges = areBooleans ? EdgesOfBooleans : QuantilesOf(sorted);
        var rows = new long[edges.Count + 1];
        var row = 0;
        for (var bin = 0; bin < edges.Count; bin++)
        {
            for (; row < sorted.Length && sorted[row] < edges[bin]; row++)
            {
                rows[bin]++;
            }
        }

        return new(edges, rows, missing);
    }

    private static List<double> QuantilesOf(ReadOnlySpan<double> sorted)
    {
        if (sorted.IsEmpty)
        {
            return [];
        }

        var edges = new List<double> { sorted[0] };
        for (var bin = 1; bin < MaxBins; bin++)
        {
            if (sorted[(int)((long)sorted.Length * bin / MaxBins)] is var edge && edge > edges[^1])
            {
                edges.Add(edge);
            }
        }

        edges.Add(Math.BitIncrement(sorted[^1])); // the largest value is in the bin before
        return edges;
    }
}

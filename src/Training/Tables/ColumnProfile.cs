namespace Velodrome.Training.Tables;

/// <summary>Summary of a column over all rows of a table. Members that do not apply to its kind are null.</summary>
/// <param name="Name">As in the header.</param>
/// <param name="Kind">Number, category, boolean or date. The values of a date are seconds since 1970-01-01 in UTC.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Distinct">Number of different values; missing ones don't count.</param>
/// <param name="Min">Smallest value, in the column's own unit.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Mean">Arithmetic mean of the values that are present.</param>
/// <param name="StandardDeviation">Population standard deviation (divides by the number of values that are present).</param>
/// <param name="MostFrequent">The value of the most rows; of several, the first in the file for text and the smallest for
/// numbers. Null when no value occurs twice.</param>
/// <param name="MostFrequentCount">Number of rows with that value.</param>
/// <param name="Histogram">For numbers and dates: the number of rows in each of <see cref="Bins"/> equally wide bins from
/// <paramref name="Min"/> to <paramref name="Max"/>.</param>
/// <param name="Frequent">For text and booleans: the most frequent values, most frequent first.</param>
public sealed record ColumnProfile(
    string Name, ColumnKind Kind, int Missing, int Distinct,
    double? Min, double? Max, double? Mean, double? StandardDeviation,
    string? MostFrequent, int? MostFrequentCount, IReadOnlyList<int>? Histogram = null, IReadOnlyList<ValueCount>? Frequent = null)
{
    /// <summary>Number of bins of a histogram.</summary>
    public const int Bins = 20;

    /// <summary>Largest number of frequent values.</summary>
    public const int MaxFrequent = 20;

    /// <summary>Profiles a column. Its numbers are sorted in place, which saves the memory of a copy: the column must not be used
    /// afterwards.</summary>
    public static ColumnProfile ProfileInPlace(Column column) => column switch
    {
        NumberColumn numbers => OfNumbers(numbers),
        CategoryColumn texts => OfTexts(texts),
        _ => throw new ArgumentException($"Can't profile a {column.GetType().Name}.", nameof(column)),
    };

    private static ColumnProfile OfNumbers(NumberColumn column)
    {
        NumberSort.Sort(column.Values); // NaN, which is missing, comes first
        var missing = column.Values.AsSpan().IndexOfAnyExcept(double.NaN) is >= 0 and var first ? first : column.Rows;
        var present = column.Values.AsSpan(missing);
        if (present.IsEmpty)
        {
            return new(column.Name, column.Kind, missing, 0, null, null, null, null, null, null);
        }

        var moments = Moments.Of(present);
        var (distinct, mode, modeCount) = LongestRun(present);
        return new(column.Name, column.Kind, missing, distinct, present[0], present[^1], moments.Mean, moments.StandardDeviation,
            modeCount > 1 ? column.TextOf(mode) : null, modeCount > 1 ? modeCount : null,
            column.Kind == ColumnKind.Boolean ? null : HistogramOf(present),
            column.Kind == ColumnKind.Boolean ? CountBooleans(present) : null);
    }

    private static int[] HistogramOf(ReadOnlySpan<double> sorted)
    {
        var (counts, min, max) = (new int[Bins], sorted[0], sorted[^1]);
        foreach (var value in sorted)
        {
            counts[max > min ? Math.Min(Bins - 1, (int)((value - min) / (max - min) * Bins)) : 0]++;
        }

        return counts;
    }

    private static ValueCount[] CountBooleans(ReadOnlySpan<double> sorted)
    {
        var (no, yes) = (new ValueCount("false", sorted.Count(0.0)), new ValueCount("true", sorted.Count(1.0)));
        ValueCount[] both = yes.Rows > no.Rows ? [yes, no] : [no, yes];
        return Array.FindAll(both, value => value.Rows > 0);
    }

    private static (int Distinct, double Mode, int ModeCount) LongestRun(ReadOnlySpan<double> sorted)
    {
        var (distinct, mode, modeCount) = (0, 0.0, 0);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++) { }
            distinct++;
            if (end - start > modeCount)
            {
                (mode, modeCount) = (sorted[start], end - start);
            }
        }

        return (distinct, mode, modeCount);
    }

    private static ColumnProfile OfTexts(CategoryColumn column)
    {
        var counts = new int[column.Levels.Length];
        var missing = 0;
        foreach (var code in column.Codes)
        {
            if (code == CategoryColumn.Missing)
            {
                missing++;
            }
            else if (code < counts.Length)
            {
                counts[code]++;
            }
        }

        var top = counts.Length == 0 ? -1 : Array.IndexOf(counts, counts.Max());
        var named = top >= 0 && counts[top] > 1;
        return new(column.Name, column.Kind, missing, column.Distinct, null, null, null, null,
            named ? column.Levels[top] : null, named ? counts[top] : null,
            Frequent: [.. counts.Select((rows, level) => new ValueCount(column.Levels[level], rows))
                .OrderByDescending(level => level.Rows).Take(MaxFrequent)]);
    }
}

/// <summary>A value and the number of rows that have it.</summary>
public sealed record ValueCount(string Value, int Rows);

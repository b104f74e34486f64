using Velodrome.Training.Tables;

namespace Velodrome.Training.Drift;

/// <summary>Compares the first rows of a table with the rows after them, column by column.</summary>
public static class TableDrift
{
    private const string First = "before";

    /// <summary>Memory that a comparison takes: sorted copies of a column's numbers, and a buffer to sort them.</summary>
    public static long MemoryOf(int rows) => 2L * sizeof(double) * rows;

    /// <summary>Compares all columns.</summary>
    /// <param name="table">All rows.</param>
    /// <param name="firstRows">Number of rows in the first sample; the others are the second one.</param>
    /// <param name="cancellationToken">Checked before each column.</param>
    /// <returns>Those that have moved first, then by effect size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A sample has no rows.</exception>
    public static IReadOnlyList<ColumnDrift> Compare(Table table, int firstRows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(firstRows, table.Rows);
        var columns = new List<ColumnDrift>(table.Columns.Count);
        foreach (var column in table.Columns)
        {
            cancellationToken.ThrowIfCancellationRequested();
            columns.Add(column switch
            {
                NumberColumn { Kind: ColumnKind.Boolean } booleans => OfBooleans(booleans, firstRows),
                NumberColumn numbers => OfNumbers(numbers, firstRows),
                CategoryColumn texts => OfTexts(texts, firstRows),
                _ => throw new ArgumentException($"Can't compare a {column.GetType().Name}.", nameof(table)),
            });
        }

        return ColumnDrift.Judge(columns);
    }

    private static ColumnDrift OfNumbers(NumberColumn column, int firstRows)
    {
        double[] values = [.. column.Values];
        var first = SortPresent(values.AsSpan(0, firstRows));
        var second = SortPresent(values.AsSpan(firstRows));
        var (firstSample, secondSample) = (SampleOf(first, firstRows), SampleOf(second, values.Length - firstRows));
        var missing = LevelDrift.CompareMissing(column.Name, First, firstSample, secondSample);
        if (first.IsEmpty || second.IsEmpty)
        {
            return new(column.Name, column.Kind, firstSample, secondSample, null, missing, null);
        }

        var test = KolmogorovSmirnov.Compare(first, second);
        var sentence = new DriftText(column.Name, First)
            .OfNumbers(value => DriftText.Of(value, column.Kind), test, firstSample.Median!.Value, secondSample.Median!.Value);
        return new(column.Name, column.Kind, firstSample, secondSample,
            new(DriftTest.KolmogorovSmirnov, test.Statistic, test.Statistic, test.PValue, sentence), missing,
            PopulationStabilityIndex.Evaluate(first, second));
    }

    private static ColumnDrift OfBooleans(NumberColumn column, int firstRows)
    {
        var (first, second) = (Count(column.Values.AsSpan(0, firstRows)), Count(column.Values.AsSpan(firstRows)));
        return LevelDrift.Compare(
            column.Name, column.Kind, First, ["false", "true"], new(first, firstRows), new(second, column.Rows - firstRows));

        static long[] Count(ReadOnlySpan<double> values) => [values.Count(0.0), values.Count(1.0)];
    }

    private static ColumnDrift OfTexts(CategoryColumn column, int firstRows)
    {
        if (column.Distinct > column.Levels.Length)
        {
            return OfTooManyLevels(column, firstRows);
        }

        var levels = column.Levels;
        var (first, second) = (Count(column.Codes.AsSpan(0, firstRows)), Count(column.Codes.AsSpan(firstRows)));
        return LevelDrift.Compare(
            column.Name, column.Kind, First, levels, new(first, firstRows), new(second, column.Rows - firstRows)) with
        {
            NewLevels = OnlyIn(second, first),
            GoneLevels = OnlyIn(first, second),
        };

        long[] Count(ReadOnlySpan<int> codes)
        {
            var counts = new long[levels.Length];
            foreach (var code in codes)
            {
                if (code != CategoryColumn.Missing)
                {
                    counts[code]++;
                }
            }

            return counts;
        }

        LevelsOfOneSample OnlyIn(long[] counts, long[] others)
        {
            int[] only = [.. Enumerable.Range(0, levels.Length).Where(level => counts[level] > 0 && others[level] == 0)
                .OrderByDescending(level => counts[level])];
            return new(only.Length, only.Sum(level => counts[level]), [.. only.Take(LevelDrift.MaxLevels).Select(level => levels[level])]);
        }
    }

    /// <summary>A column such as a name or a key, of which a table keeps only some levels: only its missing values can be compared.
    /// </summary>
    private static ColumnDrift OfTooManyLevels(CategoryColumn column, int firstRows)
    {
        var (first, second) = (SampleOf(column.Codes.AsSpan(0, firstRows)), SampleOf(column.Codes.AsSpan(firstRows)));
        return new(
            column.Name, column.Kind, first, second, null, LevelDrift.CompareMissing(column.Name, First, first, second), null);

        static ColumnSample SampleOf(ReadOnlySpan<int> codes) => new(codes.Length, codes.Count(CategoryColumn.Missing), null, null, null);
    }

    /// <summary>Sorts in place, and returns the values that are not missing.</summary>
    private static ReadOnlySpan<double> SortPresent(Span<double> values)
    {
        NumberSort.Sort(values); // NaN comes first
        return values.IndexOfAnyExcept(double.NaN) is >= 0 and var start ? values[start..] : [];
    }

    private static ColumnSample SampleOf(ReadOnlySpan<double> sorted, int rows) => sorted.IsEmpty
        ? new(rows, rows, null, null, null)
        : new(rows, rows - sorted.Length, Moments.Of(sorted).Mean,
            sorted[(sorted.Length - 1) / 2] / 2 + sorted[sorted.Length / 2] / 2, null);
}

using Velodrome.Training.Tables;

namespace Velodrome.Training.Drift;

/// <summary>Rows of a sample.</summary>
/// <param name="Counts">[levels]: rows of each level.</param>
/// <param name="Rows">All rows, with those that have no value.</param>
internal readonly record struct LevelCounts(long[] Counts, long Rows)
{
    public long Present { get; } = ChiSquared.Sum(Counts);

    public double Share(int level) => (double)Counts[level] / Present;
}

/// <summary>Compares two samples of a column by the rows of each level.</summary>
internal static class LevelDrift
{
    /// <summary>Largest number of frequent levels, and of examples.</summary>
    public const int MaxLevels = 10;

    /// <summary>Compares the levels, and the share of missing values.</summary>
    /// <param name="name">The column.</param>
    /// <param name="kind">Category or boolean.</param>
    /// <param name="firstIs">Says of the first sample where or when it is: "before", "in training".</param>
    /// <param name="levels">Their texts.</param>
    /// <param name="first">The earlier sample.</param>
    /// <param name="second">The later sample.</param>
    public static ColumnDrift Compare(
        string name, ColumnKind kind, string firstIs, string[] levels, LevelCounts first, LevelCounts second)
    {
        var (firstSample, secondSample) = (SampleOf(levels, first), SampleOf(levels, second));
        var missing = CompareMissing(name, firstIs, firstSample, secondSample);
        if (first.Present == 0 || second.Present == 0)
        {
            return new(name, kind, firstSample, secondSample, null, missing, null);
        }

        if (ChiSquared.Compare(first.Counts, second.Counts) is not { } test)
        {
            return new(name, kind, firstSample, secondSample, null, missing, null);
        }

        var most = Enumerable.Range(0, levels.Length).MaxBy(level => Math.Abs(first.Share(level) - second.Share(level)));
        var values = new Difference(DriftTest.ChiSquared, test.Statistic, test.CramersV, test.PValue,
            new DriftText(name, firstIs).OfLevel(levels[most], first.Share(most), second.Share(most)));
        var pooled = ChiSquared.PoolRare(first.Counts, second.Counts, first.Present, second.Present);
        return new(name, kind, firstSample, secondSample, values, missing, PopulationStabilityIndex.Evaluate(
            [.. pooled.Select(level => level.First)], [.. pooled.Select(level => level.Second)]));
    }

    /// <summary>Compares the share of missing values.</summary>
    /// <returns>Null if too few are missing.</returns>
    public static Difference? CompareMissing(string name, string firstIs, ColumnSample first, ColumnSample second) =>
        ChiSquared.Compare([first.Rows - first.Missing, first.Missing], [second.Rows - second.Missing, second.Missing]) is { } test
            ? new(DriftTest.ChiSquared, test.Statistic, test.CramersV, test.PValue, new DriftText(name, firstIs).OfMissing(
                (double)first.Missing / first.Rows, (double)second.Missing / second.Rows))
            : null;

    private static ColumnSample SampleOf(string[] levels, LevelCounts sample) =>
        new(sample.Rows, sample.Rows - sample.Present, null, null, [.. Enumerable.Range(0, levels.Length)
            .Where(level => sample.Counts[level] > 0).OrderByDescending(level => sample.Counts[level])
            .Take(MaxLevels).Select(level => new LevelRows(levels[level], sample.Counts[level]))]);
}

using Velodrome.Training.Tables;

namespace Velodrome.Training.Drift;

/// <summary>A test of whether two samples are from one distribution.</summary>
public enum DriftTest
{
    /// <summary>Of numbers and dates. The effect size is its statistic D.</summary>
    KolmogorovSmirnov,

    /// <summary>Of categories and booleans, and of the share of missing values. The effect size is Cramér's V.</summary>
    ChiSquared,
}

/// <summary>A difference between two samples of a column, with its test.</summary>
/// <param name="Test">The test.</param>
/// <param name="Statistic">D or chi-squared.</param>
/// <param name="EffectSize">D or Cramér's V, from 0 to 1. It does not grow with the number of rows.</param>
/// <param name="PValue">Of this test alone.</param>
/// <param name="Sentence">Describes the difference.</param>
public sealed record Difference(DriftTest Test, double Statistic, double EffectSize, double PValue, string Sentence)
{
    /// <summary>The smallest effect size that counts: a tenth of the rows is on another side of some value, or an effect that Cohen
    /// calls small ("Statistical Power Analysis", 1988, section 7.2).</summary>
    public const double MinEffectSize = 0.1;

    /// <summary>The largest adjusted p-value that counts: with it, one comparison in a hundred finds a change where there is none.
    /// </summary>
    public const double MaxPValue = 0.01;

    /// <summary>The p-value, corrected for the number of tests in one comparison; see <see cref="Holm"/>.</summary>
    public double AdjustedPValue { get; init; } = PValue;

    /// <summary>Whether the difference is large enough to matter and too large for chance.</summary>
    public bool HasMoved => EffectSize >= MinEffectSize && AdjustedPValue <= MaxPValue;
}

/// <summary>One of the two samples of a column. Members that do not apply to its kind are null.</summary>
/// <param name="Rows">Rows, with those that have no value.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Mean">Mean of the values that are present, in the column's own unit.</param>
/// <param name="Median">Median of the values that are present.</param>
/// <param name="Levels">For categories and booleans: the most frequent levels, most frequent first.</param>
public sealed record ColumnSample(long Rows, long Missing, double? Mean, double? Median, IReadOnlyList<LevelRows>? Levels);

/// <summary>A level and the number of rows that have it.</summary>
public sealed record LevelRows(string Level, long Rows);

/// <summary>Levels that only one of the two samples has.</summary>
/// <param name="Count">Number of levels.</param>
/// <param name="Rows">Rows that have one of them.</param>
/// <param name="Examples">Some of them, most frequent first.</param>
public sealed record LevelsOfOneSample(int Count, long Rows, IReadOnlyList<string> Examples);

/// <summary>How a column differs between two samples.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">Number, category, boolean or date.</param>
/// <param name="First">The earlier sample.</param>
/// <param name="Second">The later sample.</param>
/// <param name="Values">Of the values that are present. Null if there is nothing to test: a sample without values, too few rows of each
/// level, or more levels than a table keeps.</param>
/// <param name="Missing">Of the share of missing values. Null if too few are missing.</param>
/// <param name="StabilityIndex">The <see cref="PopulationStabilityIndex"/> of the values that are present. Null if there is nothing to
/// test.</param>
/// <param name="NewLevels">For categories: levels that only the second sample has. Null if a table does not keep all levels.</param>
/// <param name="GoneLevels">For categories: levels that only the first sample has. Null if a table does not keep all levels.</param>
public sealed record ColumnDrift(
    string Name, ColumnKind Kind, ColumnSample First, ColumnSample Second, Difference? Values, Difference? Missing, double? StabilityIndex,
    LevelsOfOneSample? NewLevels = null, LevelsOfOneSample? GoneLevels = null)
{
    /// <summary>For rows to predict: how many have a number outside the training range, or a level that no training row has.</summary>
    public long? OutsideTraining { get; init; }

    /// <summary>Whether the values or the share of missing ones have moved.</summary>
    public bool HasMoved => Values?.HasMoved == true || Missing?.HasMoved == true;

    /// <summary>The larger effect size of the two.</summary>
    public double EffectSize => Math.Max(Values?.EffectSize ?? 0, Missing?.EffectSize ?? 0);

    /// <summary>Describes what has moved; null if nothing has.</summary>
    public string? Sentence => !HasMoved ? null : string.Join(' ', new[] { Values, Missing }
        .Where(difference => difference?.HasMoved == true).Select(difference => difference!.Sentence));

    /// <summary>Adjusts the p-values of all columns together, and orders the columns: those that have moved first, then by effect size.
    /// </summary>
    internal static IReadOnlyList<ColumnDrift> Judge(IReadOnlyList<ColumnDrift> columns)
    {
        var tests = columns.SelectMany(column => new[] { column.Values, column.Missing }).OfType<Difference>().ToArray();
        var adjusted = new Queue<double>(Holm.Adjust([.. tests.Select(test => test.PValue)]));
        return [.. columns
            .Select(column => column with { Values = Adjust(column.Values), Missing = Adjust(column.Missing) })
            .OrderByDescending(column => column.HasMoved).ThenByDescending(column => column.EffectSize)];

        Difference? Adjust(Difference? difference) =>
            difference is null ? null : difference with { AdjustedPValue = adjusted.Dequeue() };
    }
}

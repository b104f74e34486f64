using Velodrome.Training.Drift;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Drift;

/// <summary>What moved between two versions of a dataset.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="From">The rows that are compared with.</param>
/// <param name="To">The rows that are compared.</param>
/// <param name="Limits">What counts as moved.</param>
/// <param name="Moved">Number of columns that have moved.</param>
/// <param name="Columns">Those that have moved first, then by effect size.</param>
internal sealed record DatasetDriftResponse(
    string Dataset, VersionRows From, VersionRows To, DriftLimits Limits, int Moved, IReadOnlyList<DriftedColumn> Columns);

/// <summary>Rows of a version.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Rows">How many rows are compared.</param>
/// <param name="Contains">Which rows these are.</param>
internal sealed record VersionRows(int Version, int Rows, string Contains);

/// <summary>A difference counts as moved if its effect size is at least the one, and its adjusted p-value at most the other.</summary>
internal sealed record DriftLimits(double EffectSize, double AdjustedPValue)
{
    public static DriftLimits Used { get; } = new(Difference.MinEffectSize, Difference.MaxPValue);
}

/// <summary>How a column differs.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">Number, category, boolean or date. The values of a date are seconds since 1970-01-01 in UTC.</param>
/// <param name="Moved">Whether its values or the share of missing ones have moved.</param>
/// <param name="Sentence">What has moved; null if nothing has.</param>
/// <param name="Values">The test of the values that are present; null if there are too few to test.</param>
/// <param name="Missing">The test of the share of missing values; null if too few are missing.</param>
/// <param name="PopulationStabilityIndex">Below 0.1 is usually called stable, and above 0.25 a large shift.</param>
/// <param name="From">The rows that are compared with.</param>
/// <param name="To">The rows that are compared.</param>
/// <param name="NewLevels">For categories of a dataset: values that only the compared rows have.</param>
/// <param name="GoneLevels">For categories of a dataset: values that the compared rows do not have.</param>
/// <param name="OutsideTraining">For rows to predict: how many have a number outside the training range, or a category that no training
/// row has.</param>
internal sealed record DriftedColumn(
    string Name, ColumnKind Kind, bool Moved, string? Sentence, DriftResult? Values, DriftResult? Missing,
    double? PopulationStabilityIndex, DriftSample From, DriftSample To, DriftLevels? NewLevels, DriftLevels? GoneLevels,
    long? OutsideTraining)
{
    public static DriftedColumn Of(ColumnDrift column) => new(
        column.Name, column.Kind, column.HasMoved, column.Sentence, DriftResult.Of(column.Values), DriftResult.Of(column.Missing),
        column.StabilityIndex, DriftSample.Of(column.First), DriftSample.Of(column.Second), DriftLevels.Of(column.NewLevels),
        DriftLevels.Of(column.GoneLevels), column.OutsideTraining);
}

/// <summary>The result of a test.</summary>
/// <param name="Test">kolmogorovSmirnov (numbers and dates) or chiSquared (categories, booleans and missing values).</param>
/// <param name="Statistic">The test's statistic: D or chi-squared.</param>
/// <param name="EffectSizeName">D, or cramersV for samples of equal size.</param>
/// <param name="EffectSize">From 0 to 1. It does not grow with the number of rows.</param>
/// <param name="PValue">The probability of such a difference or a larger one if nothing has changed.</param>
/// <param name="AdjustedPValue">Holm's correction of it for the number of tests in this response.</param>
/// <param name="Moved">Whether both limits are met.</param>
internal sealed record DriftResult(
    DriftTest Test, double Statistic, string EffectSizeName, double EffectSize, double PValue, double AdjustedPValue, bool Moved)
{
    public static DriftResult? Of(Difference? difference) => difference is null ? null : new(
        difference.Test, difference.Statistic, difference.Test == DriftTest.KolmogorovSmirnov ? "D" : "cramersV",
        difference.EffectSize, difference.PValue, difference.AdjustedPValue, difference.HasMoved);
}

/// <summary>A column in some rows.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="MissingShare">Their share, from 0 to 1.</param>
/// <param name="Mean">For numbers and dates: the mean of the values.</param>
/// <param name="Median">For numbers and dates: the median of the values.</param>
/// <param name="Levels">For categories and booleans: the most frequent values, most frequent first.</param>
internal sealed record DriftSample(
    long Rows, long Missing, double MissingShare, double? Mean, double? Median, IReadOnlyList<DriftLevel>? Levels)
{
    public static DriftSample Of(ColumnSample sample) => new(
        sample.Rows, sample.Missing, (double)sample.Missing / sample.Rows, sample.Mean, sample.Median,
        sample.Levels is null ? null : [.. sample.Levels.Select(level => new DriftLevel(
            DriftLevels.Shorten(level.Level), level.Rows, (double)level.Rows / (sample.Rows - sample.Missing)))]);
}

/// <summary>A value, the rows that have it, and their share of the rows that have a value.</summary>
internal sealed record DriftLevel(string Value, long Rows, double Share);

/// <summary>Values that only one side has.</summary>
/// <param name="Count">Number of different values.</param>
/// <param name="Rows">Rows that have one of them.</param>
/// <param name="Examples">Some of them, most frequent first; longer ones than 200 characters are cut.</param>
internal sealed record DriftLevels(int Count, long Rows, IReadOnlyList<string> Examples)
{
    private const int MaxLength = 200;

    public static DriftLevels? Of(LevelsOfOneSample? levels) =>
        levels is null ? null : new(levels.Count, levels.Rows, [.. levels.Examples.Select(Shorten)]);

    public static string Shorten(string level) => level.Length <= MaxLength ? level : level[..MaxLength] + "…";
}

using System.Globalization;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Training.Drift;

/// <summary>Describes differences between two samples of a column.</summary>
/// <param name="name">The column.</param>
/// <param name="first">Says of the first sample where or when it is: "before", "in training".</param>
internal sealed class DriftText(string name, string first)
{
    private const int MaxLevelLength = 40;

    /// <param name="textOf">A value as text.</param>
    /// <param name="test">The test.</param>
    /// <param name="firstMedian">The median of the first sample.</param>
    /// <param name="secondMedian">The median of the second sample.</param>
    /// <param name="relation">How the shares of the test are counted: "at most" or "below" the value.</param>
    public string OfNumbers(
        Func<double, string> textOf, KolmogorovSmirnovTest test, double firstMedian, double secondMedian, string relation = "at most") =>
        $"'{name}' moved {(test.SecondShare < test.FirstShare ? "up" : "down")}: its median is {textOf(secondMedian)}, and " +
        $"{textOf(firstMedian)} {first}. {Share(test.SecondShare)} of the rows are {relation} {textOf(test.At)}, and " +
        $"{Share(test.FirstShare)} {first}.";

    public string OfLevel(string level, double firstShare, double secondShare) =>
        $"'{name}' moved most at '{Shorten(level)}': {Share(secondShare)} of the rows have it, and {Share(firstShare)} {first}.";

    public string OfMissing(double firstShare, double secondShare) =>
        $"'{name}' is missing in {Share(secondShare)} of the rows, and in {Share(firstShare)} {first}.";

    public static string Of(double value, ColumnKind kind) =>
        kind == ColumnKind.Date ? DateFormat.ToText(value) : value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#}%");

    private static string Shorten(string level) => level.Length <= MaxLevelLength ? level : $"{level.AsSpan(0, MaxLevelLength)}…";
}

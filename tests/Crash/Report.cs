using System.Globalization;
using Velodrome.Crash.Checks;

namespace Velodrome.Crash;

/// <summary>The result of a scenario.</summary>
/// <param name="Figures">In the order in which they are printed.</param>
/// <param name="Findings">Empty if the service kept all promises.</param>
public sealed record Report(IReadOnlyList<(string Name, string Value)> Figures, IReadOnlyList<Finding> Findings)
{
    private const int MaxFindingsShown = 20;

    public static string Format(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s");

    public static string Format(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <returns>"none" if there are no times.</returns>
    public static string Quantile(IReadOnlyList<TimeSpan> times, double fraction) => times.Count == 0
        ? "none"
        : Format(times.Order().ElementAt((int)Math.Min(times.Count - 1, Math.Floor(fraction * times.Count))));

    /// <summary>The findings on one line.</summary>
    public static string Summary(IReadOnlyList<Finding> findings) => findings.Count switch
    {
        0 => "no findings",
        1 => $"1 finding ({findings[0].Kind}: {findings[0].Message})",
        _ => $"{Format(findings.Count)} findings (the last is {findings[^1].Kind}: {findings[^1].Message})",
    };

    public int Count(FindingKind kind) => Findings.Count(finding => finding.Kind == kind);

    public override string ToString()
    {
        var counts = Enum.GetValues<FindingKind>().Select(kind => (Name: kind.ToString().ToLowerInvariant(), Value: Format(Count(kind))));
        var rows = Figures.Concat(counts).ToList();
        var width = rows.Max(row => row.Name.Length);
        var lines = rows.Select(row => $"{row.Name.PadRight(width)}  {row.Value}")
            .Concat(Findings.Take(MaxFindingsShown).Select(Describe))
            .Concat(Findings.Count > MaxFindingsShown ? [$"... and {Findings.Count - MaxFindingsShown} more"] : []);
        return string.Join('\n', lines);
    }

    private static string Describe(Finding finding) =>
        finding.RunId is { } id ? $"{finding.Kind}: run {Format(id)}: {finding.Message}" : $"{finding.Kind}: {finding.Message}";
}

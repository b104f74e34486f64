using System.Globalization;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash;

/// <summary>What came of it: figures by name, and all that was found amiss.</summary>
/// <param name="Figures">In the order in which they are to be read.</param>
/// <param name="Findings">None, if all is well.</param>
public sealed record Report(IReadOnlyList<(string Name, string Value)> Figures, IReadOnlyList<Finding> Findings)
{
    private const int Shown = 20;

    public static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s");

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <returns>"none" for no times at all.</returns>
    public static string Quantile(IReadOnlyList<TimeSpan> times, double share) =>
        times.Count == 0 ? "none" : Text(times.Order().ElementAt((int)Math.Min(times.Count - 1, Math.Floor(share * times.Count))));

    /// <summary>On one line.</summary>
    public static string Summary(IReadOnlyList<Finding> findings) =>
        findings.Count == 0 ? "all well" : $"{Text(findings.Count)} amiss (the last: {findings[^1].Fault}: {findings[^1].Sentence})";

    public int Count(Fault fault) => Findings.Count(finding => finding.Fault == fault);

    public override string ToString()
    {
        var rows = Figures.Concat(Enum.GetValues<Fault>().Select(fault => (fault.ToString().ToLowerInvariant(), Text(Count(fault))))).ToList();
        var width = rows.Max(row => row.Item1.Length);
        var lines = rows.Select(row => $"{row.Item1.PadRight(width)}  {row.Item2}")
            .Concat(Findings.Take(Shown).Select(finding => $"{finding.Fault}: {(finding.RunId is { } id ? $"run {Text(id)}: " : "")}{finding.Sentence}"))
            .Concat(Findings.Count > Shown ? [$"... and {Findings.Count - Shown} more"] : []);
        return string.Join('\n', lines);
    }
}

using Velodrome.Fuzz.Checks;

namespace Velodrome.Fuzz;

/// <summary>The result of a fuzz test.</summary>
/// <param name="Figures">In the order in which they are printed.</param>
/// <param name="Findings">Empty if every response was right.</param>
public sealed record Report(IReadOnlyList<(string Name, string Value)> Figures, IReadOnlyList<Finding> Findings)
{
    private const int MaxShownPerKind = 8;

    /// <summary>The number of requests that were answered.</summary>
    public long Requests { get; init; }

    /// <summary>The operations that never answered with success.</summary>
    public IReadOnlyList<string> NeverSucceeded { get; init; } = [];

    public override string ToString()
    {
        var width = Figures.Max(figure => figure.Name.Length);
        return string.Join('\n',
        [
            .. Figures.Select(figure => $"{figure.Name.PadRight(width)}  {figure.Value}"),
            .. Findings.GroupBy(finding => finding.Kind).SelectMany(kind => kind.Take(MaxShownPerKind).Select(Describe)
                .Concat(kind.Count() > MaxShownPerKind ? [$"... and {kind.Count() - MaxShownPerKind} more of {kind.Key}"] : [])),
        ]);
    }

    private static string Describe(Finding finding) =>
        $"\n{finding.Kind}: {finding.Message}" + (finding.File is null ? "" : $"\n  replay {finding.File} http://127.0.0.1:5080");
}

using System.Globalization;
using System.Text;

namespace Velodrome.Bench.Engines;

/// <summary>Engines and peers as Markdown, ratios in front.</summary>
internal static class EngineReport
{
    public static string Measure(int rounds)
    {
        Limits.MultiplyAdds();
        var peak = Enumerable.Range(0, 20).Select(_ => Limits.MultiplyAdds()).Median();
        var copy = Enumerable.Range(0, 10).Select(_ => Limits.Copy()).Median();
        return $"""
            {Write(rounds, peak, copy, [.. Case.All.Select(of => Race.AgainstOthers(of, rounds))], [.. Sizes.Measure(Math.Min(rounds, 3))])}
            {Threads.Measure(rounds)}
            Simd by how many units are computed side by side, times as long as with what it chooses by itself:

            {Widths.Measure(rounds)}
            """;
    }

    private static string Write(int rounds, double peak, double copy, IReadOnlyList<Race> races, IReadOnlyList<(string Network, int Parameters, double[] Ratios)> sizes)
    {
        var text = new StringBuilder();
        text.AppendLine($"""
            ## Engines and peers

            {rounds} rounds, contenders taking turns, medians. One thread, and processor time, so that what else the machine does disturbs
            less. An epoch shuffles, trains on every row and predicts a fifth as many (scikit-learn predicts none).

            | case | scikit-learn / simd | PyTorch / simd | torch engine / simd | of the peak |
            |---|---|---|---|---|
            """);
        foreach (var race in races)
        {
            text.AppendLine($"| {race.Case} | {Times(race.TimesAsFastAs("scikit"))} | {Times(race.TimesAsFastAs("PyTorch"))} | {Times(race.TimesAsFastAs("torch"))} | {race.ShareOfPeak():P0} |");
        }

        text.AppendLine($"""

            The peak is {peak:F1} GFLOP/s, multiply-adds between registers on one core; operations counted are those that training cannot do
            without (no way back through the first layer, no padding). A copy in memory moves {copy:F1} GB/s.

            Microseconds a step:

            """);
        var columns = races.SelectMany(race => race.Names).Distinct().ToArray();
        text.AppendLine($"| case | {string.Join(" | ", columns)} |").AppendLine("|---" + string.Concat(Enumerable.Repeat("|---", columns.Length)) + "|");
        foreach (var race in races)
        {
            text.AppendLine($"| {race.Case.Name} | {string.Join(" | ", columns.Select(name => race.Names.Contains(name) ? $"{race.Processor(name):F1}" : ""))} |");
        }

        if (sizes.Count > 0)
        {
            text.AppendLine($"""

                Torch engine / simd over sizes, one thread:

                | network | parameters | {Sizes.Heading} |
                |---|---{string.Concat(sizes[0].Ratios.Select(_ => "|---"))}|
                """);
            foreach (var (network, parameters, ratios) in sizes)
            {
                text.AppendLine($"| {network} | {parameters.ToString("N0", CultureInfo.InvariantCulture)} | {string.Join(" | ", ratios.Select(ratio => $"{ratio:F2}"))} |");
            }
        }

        return text.ToString();
    }

    private static string Times(double? ratio) => ratio is { } value ? $"{value:F1}x" : "not installed";
}

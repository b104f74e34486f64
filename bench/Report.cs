using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Velodrome.Bench;

/// <summary>The results as Markdown, ratios in front.</summary>
internal static class Report
{
    public static string CpuModel =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 2)..]
            : RuntimeInformation.ProcessArchitecture.ToString();

    public static string Write(int rounds, double peak, double copy, IReadOnlyList<Race> races, IReadOnlyList<(string Network, int Parameters, double[] Ratios)> sizes)
    {
        var load = File.Exists("/proc/loadavg") ? $", load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the end" : "";
        var text = new StringBuilder();
        text.AppendLine($"""
            # {DateTime.UtcNow:yyyy-MM-dd}, {CpuModel}

            `dotnet run -c Release --project bench`: {rounds} rounds, contenders taking turns, medians. .NET {Environment.Version}, {RuntimeInformation.OSDescription},
            {Environment.ProcessorCount} processors{load}. One thread unless said, and then processor time, so that what else the machine does
            disturbs less; two threads by the clock. An epoch shuffles, trains on every row and predicts a fifth as many (scikit-learn predicts none).

            | case | scikit-learn / simd | PyTorch / simd | torch engine / simd | of the peak | two threads: gain (best round) |
            |---|---|---|---|---|---|
            """);
        foreach (var race in races)
        {
            var gain = race.GainOfTwoThreads() is { } g ? $"{g.Median:F2} ({g.Best:F2})" : "";
            text.AppendLine($"| {race.Case} | {Times(race.TimesAsFastAs("scikit"))} | {Times(race.TimesAsFastAs("PyTorch"))} | {Times(race.TimesAsFastAs("torch"))} | {race.ShareOfPeak():P0} | {gain} |");
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
            text.AppendLine($"| {race.Case.Name} | {string.Join(" | ", columns.Select(name => race.Names.Contains(name) ? $"{race.Microseconds(name):F1}" : ""))} |");
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

using System.Globalization;
using System.Runtime.InteropServices;

namespace Velodrome.Bench;

/// <summary>All that was measured, as one file of Markdown with the machine's name.</summary>
internal static class Report
{
    private static string Processor =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 2)..]
            : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>What the figures stand under.</summary>
    public static string Heading()
    {
        var load = File.Exists("/proc/loadavg") ? $", load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start" : "";
        return $"""
            # {DateTime.UtcNow:yyyy-MM-dd}, {Processor}

            `dotnet run -c Release --project bench`. .NET {Environment.Version}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors{load}.

            """;
    }

    /// <summary>Writes the file beside this project, which lies beside Api.sln.</summary>
    public static void Save(string report)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Api.sln")))
        {
            root = root.Parent;
        }

        var results = Directory.CreateDirectory(Path.Combine(root?.FullName ?? ".", "bench", "results"));
        var processor = string.Join('-', Processor.Split([' ', '(', ')', '/', '@'], StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
        File.WriteAllText(Path.Combine(results.FullName, $"{DateTime.UtcNow:yyyy-MM-dd}-{processor}.md"), report);
    }

    /// <summary>A table.</summary>
    public static string Table(IEnumerable<string> heading, IEnumerable<IEnumerable<string>> rows)
    {
        string[] names = [.. heading];
        string[] lines = [Line(names), "|---" + string.Concat(Enumerable.Repeat("|---", names.Length - 1)) + "|", .. rows.Select(Line)];
        return string.Join('\n', lines) + "\n";
    }

    public static string Number(double value) => value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace Velodrome.Bench;

/// <summary>Writes measurements as Markdown.</summary>
internal static class Report
{
    private static string Processor =>
        File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 2)..]
            : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The date, the machine and the command.</summary>
    public static string Heading(string command = "dotnet run -c Release --project bench")
    {
        var load = File.Exists("/proc/loadavg") ? $", load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start" : "";
        var machine = $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors{load}";
        return $"""
            # {DateTime.UtcNow:yyyy-MM-dd}, {Processor}

            `{command}`. .NET {Environment.Version}, {machine}.

            """;
    }

    /// <summary>Writes the file to bench/results, in the folder of Api.sln.</summary>
    /// <param name="report">Its content.</param>
    /// <param name="suffix">Of its name, after the date and the processor.</param>
    public static void Save(string report, string suffix = "")
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Api.sln")))
        {
            root = root.Parent;
        }

        var results = Directory.CreateDirectory(Path.Combine(root?.FullName ?? ".", "bench", "results"));
        var words = Processor.Split([' ', '(', ')', '/', '@'], StringSplitOptions.RemoveEmptyEntries);
        var processor = string.Join('-', words).ToLowerInvariant();
        File.WriteAllText(Path.Combine(results.FullName, $"{DateTime.UtcNow:yyyy-MM-dd}-{processor}{suffix}.md"), report);
    }

    /// <summary>A Markdown table.</summary>
    public static string Table(IEnumerable<string> heading, IEnumerable<IEnumerable<string>> rows)
    {
        string[] names = [.. heading];
        string[] lines = [Line(names), string.Concat(names.Select(_ => "|---")) + "|", .. rows.Select(Line)];
        return string.Join('\n', lines) + "\n";
    }

    public static string Number(double value) => value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}

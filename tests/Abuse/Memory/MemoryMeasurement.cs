using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Velodrome.Processes;

namespace Velodrome.Abuse.Memory;

/// <summary>
/// Compares the memory of runs with the estimate that decides whether they are accepted. One service accepts the run and is killed. A new
/// service trains the run, and the peak of its memory is read. The peak of a tiny run with the same engine is subtracted, because it is the
/// memory of the program and the engine's library.
/// </summary>
/// <param name="build">The service to start.</param>
/// <param name="timeout">The longest time for a run.</param>
internal sealed partial class MemoryMeasurement(ServiceBuild build, TimeSpan timeout)
{
    public const string Header = """
        | network and table | engine | measured | estimate | estimate / measured |
        |---|---|---|---|---|
        """;

    private readonly Dictionary<string, long> _baselines = [];
    private long _estimate;

    public async Task<string> MeasureBaselines()
    {
        foreach (var tiny in MeasuredRun.Baselines)
        {
            _baselines[tiny.Engine] = await MeasurePeak(tiny);
        }

        return "Peak of the process with a tiny run: " +
            string.Join(", ", _baselines.Select(peak => $"{peak.Key} {InMebibytes(peak.Value)} MiB"));
    }

    /// <returns>A row of the table.</returns>
    public async Task<string> Measure(MeasuredRun run)
    {
        var peak = await MeasurePeak(run) - _baselines[run.Engine];
        return $"| {run.Name} | `{run.Engine}` | {InMebibytes(peak)} MiB | {InMebibytes(_estimate)} MiB " +
            $"| {((double)_estimate / peak).ToString("F2", CultureInfo.InvariantCulture)} |";
    }

    private async Task<long> MeasurePeak(MeasuredRun run)
    {
        var folder = Directory.CreateTempSubdirectory("velodrome-memory-");
        try
        {
            var id = await Post(run, folder.FullName);
            return await Train(id, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<long> Post(MeasuredRun run, string folder)
    {
        using var service = Start(folder);
        using var http = await Connect(service);
        using var stored = await http.PostAsync(
            "/api/v1/datasets?name=table", new StringContent(run.Table(), Encoding.UTF8, "text/csv"));
        stored.EnsureSuccessStatusCode();
        using var posted = await http.PostAsync("/api/v1/runs", new StringContent(run.Json, Encoding.UTF8, "application/json"));
        return posted.IsSuccessStatusCode
            ? (await posted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64()
            : throw new InvalidOperationException($"{run.Name}: {await posted.Content.ReadAsStringAsync()}");
    }

    private async Task<long> Train(long id, string folder)
    {
        using var service = Start(folder);
        using var http = await Connect(service);
        using var ends = new CancellationTokenSource(timeout);
        while (true)
        {
            var run = await http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}", ends.Token);
            if (Target.HasEnded(run))
            {
                var status = run.GetProperty("status").GetString();
                return status == "succeeded" ? PeakBytes(service.Id) : throw new InvalidOperationException($"Run {status}: {run}");
            }

            await Task.Delay(50, ends.Token);
        }
    }

    private ServiceProcess Start(string folder) => ServiceProcess.Start(
        build, ["--DataFolder", folder, "--MinFreeMegabytes", "1", "--Workers", "1", "--Logging:LogLevel:Velodrome.Api.Worker", "Debug"],
        failpoint: null, ReadEstimate);

    private static async Task<HttpClient> Connect(ServiceProcess service) => new()
    {
        BaseAddress = await service.WaitUntilListening() ?? throw new InvalidOperationException("The service did not start."),
        Timeout = TimeSpan.FromMinutes(5),
    };

    private void ReadEstimate(string line)
    {
        if (Estimate().Match(line) is { Success: true } found)
        {
            _estimate = long.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    private static long PeakBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }

    private static string InMebibytes(long bytes) => (bytes >> 20).ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex("needs about ([0-9]+) bytes")]
    private static partial Regex Estimate();
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Velodrome.Bench.Service;

/// <summary>Measures many small runs, posted by several clients in parallel, while another client lists the runs.</summary>
internal static class Throughput
{
    public const int Clients = 8;

    /// <param name="Runs">Runs that were posted. All of them succeeded.</param>
    /// <param name="Seconds">From the first POST to the last run's end.</param>
    /// <param name="ProcessorSeconds">Processor time of the service.</param>
    /// <param name="ListMedian">Milliseconds of GET /runs in that time, the median.</param>
    /// <param name="ListP99">Their 99th percentile.</param>
    public sealed record Result(int Runs, double Seconds, double ProcessorSeconds, double ListMedian, double ListP99);

    public static async Task<Result> Measure(ServiceProcess service, int runs)
    {
        var lesson = new JsonObject
        {
            ["dataset"] = "study-hours",
            ["target"] = "score",
            ["validation"] = new JsonObject { ["split"] = "last", ["fraction"] = 0.25 },
            ["network"] = new JsonObject { ["hidden"] = new JsonArray(16, 8) },
            ["training"] = new JsonObject { ["epochs"] = 50 },
            ["engine"] = "auto",
        };
        var (stopwatch, processor) = (Stopwatch.StartNew(), service.ProcessorSeconds());
        using var end = new CancellationTokenSource();
        var listTimes = TimeLists(service, end.Token);
        var ids = new ConcurrentBag<long>();
        await Parallel.ForAsync(0, runs, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, cancellationToken) =>
        {
            using var response = await service.Http.PostAsJsonAsync("/api/v1/runs", lesson, cancellationToken);
            response.EnsureSuccessStatusCode();
            ids.Add((long)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!["id"]!);
        });
        foreach (var status in new[] { "queued", "running" })
        {
            while ((await ListRuns(service, status)).Count > 0)
            {
                await Task.Delay(20);
            }
        }

        var (seconds, used) = (stopwatch.Elapsed.TotalSeconds, service.ProcessorSeconds() - processor);
        await end.CancelAsync();
        var failed = await ListRuns(service, "failed");
        var times = (await listTimes).Order().ToArray();
        return failed.Count == 0 && ids.Distinct().Count() == runs
            ? new(runs, seconds, used, times.Median(), times[(int)(times.Length * 0.99)])
            : throw new InvalidOperationException($"{ids.Distinct().Count()} of {runs} runs were accepted. A failed run: {failed}");
    }

    /// <summary>At most one run with a status.</summary>
    private static async Task<JsonArray> ListRuns(ServiceProcess service, string status) =>
        (JsonArray)JsonNode.Parse(await service.Http.GetStringAsync($"/api/v1/runs?status={status}&pageSize=1"))!["items"]!;

    private static async Task<List<double>> TimeLists(ServiceProcess service, CancellationToken end)
    {
        var times = new List<double>();
        while (!end.IsCancellationRequested)
        {
            var stopwatch = Stopwatch.StartNew();
            await service.Http.GetStringAsync("/api/v1/runs", CancellationToken.None);
            times.Add(stopwatch.Elapsed.TotalMilliseconds);
            await Task.Delay(20, CancellationToken.None);
        }

        return times;
    }
}

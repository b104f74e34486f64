using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Velodrome.Bench.Service;

/// <summary>Many lessons, posted by several clients at once, while another lists the runs.</summary>
internal static class Throughput
{
    private const int Clients = 8;

    /// <param name="Runs">How many were posted; all were accepted and have succeeded.</param>
    /// <param name="Seconds">From the first POST to the last run's end.</param>
    /// <param name="ProcessorSeconds">What the service used of the processor.</param>
    /// <param name="ListMedian">Milliseconds that GET /runs took meanwhile.</param>
    /// <param name="ListP99">99 in 100 took less.</param>
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
        var (clock, processor) = (Stopwatch.StartNew(), service.ProcessorSeconds());
        using var end = new CancellationTokenSource();
        var lists = Lists(service, end.Token);
        var ids = new ConcurrentBag<long>();
        await Parallel.ForAsync(0, runs, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, cancellationToken) =>
        {
            using var answer = await service.Http.PostAsJsonAsync("/api/v1/runs", lesson, cancellationToken);
            answer.EnsureSuccessStatusCode();
            ids.Add((long)JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!["id"]!);
        });
        foreach (var status in new[] { "queued", "running" })
        {
            while (((JsonArray)JsonNode.Parse(await service.Http.GetStringAsync($"/api/v1/runs?status={status}&pageSize=1"))!["items"]!).Count > 0)
            {
                await Task.Delay(20);
            }
        }

        var (seconds, used) = (clock.Elapsed.TotalSeconds, service.ProcessorSeconds() - processor);
        await end.CancelAsync();
        var failed = (JsonArray)JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/runs?status=failed&pageSize=1"))!["items"]!;
        var times = (await lists).Order().ToArray();
        return failed.Count == 0 && ids.Distinct().Count() == runs
            ? new(runs, seconds, used, times.Median(), times[(int)(times.Length * 0.99)])
            : throw new InvalidOperationException($"Of {runs} runs {ids.Distinct().Count()} were accepted; one that failed: {failed}");
    }

    private static async Task<List<double>> Lists(ServiceProcess service, CancellationToken end)
    {
        var times = new List<double>();
        while (!end.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            await service.Http.GetStringAsync("/api/v1/runs", CancellationToken.None);
            times.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(20, CancellationToken.None);
        }

        return times;
    }
}

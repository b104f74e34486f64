using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Abuse.Attacks;

/// <summary>Many callers who keep their connections open, and a write that holds up all others.</summary>
internal static class CallerAttacks
{
    private const int Callers = 500;

    private const string Endless = """
        { "dataset": "noisy-sine", "target": "y", "validation": { "split": "random", "fraction": 0.2 },
          "network": { "hidden": [64, 32] }, "training": { "epochs": 1000000 }, "earlyStopping": null }
        """;

    public static IReadOnlyList<Attack> List { get; } =
    [
        new("500 event readers and 500 waiting callers for 10 s", "short GETs 1.5 to 4.4 s",
            "200, 500 wait, 99% of short GETs below 100 ms",
            async target =>
            {
                var run = await target.PrepareRun(Endless);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(target.Ends);
                var readers = Enumerable.Range(0, Callers).Select(_ => ReadEvents(target, run, stop.Token)).ToArray();
                var waiters = Enumerable.Range(0, Callers).Select(_ => target.Post("/api/v1/runs", Endless, "wait=60")).ToArray();
                while ((await target.Http.GetFromJsonAsync<JsonElement>("/api/v1/runs?pageSize=1000", target.Ends))
                    .GetProperty("items").GetArrayLength() <= Callers)
                {
                    await Task.Delay(500, target.Ends);
                }

                target.Prepared();
                await Task.Delay(10_000, target.Ends);
                target.Tally.Note($"{waiters.Count(waiter => !waiter.IsCompleted)} still wait");
                await stop.CancelAsync();
                await Task.WhenAll(readers);
            }) { Settings = ["--Workers", "1"] },
        new("20 event readers where 10 are allowed", "no limit", "200, and 10 × 429 tooManyRequests", async target =>
        {
            var run = await target.PrepareRun(Endless);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(target.Ends);
            var readers = Enumerable.Range(0, 20).Select(_ => ReadEvents(target, run, stop.Token)).ToArray();
            await Task.Delay(2_000, target.Ends);
            await stop.CancelAsync();
            await Task.WhenAll(readers);
        }) { Settings = ["--Quotas:EventReaders", "10"] },
        new("continue of a run of 1,000,000 epochs", "other writes wait 2 to 3 s", "202, other writes below 0.5 s", async target =>
        {
            var run = await target.PrepareRun("""
                { "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 },
                  "network": { "hidden": [1] }, "training": { "epochs": 1000000, "batchSize": 64 }, "earlyStopping": null,
                  "engine": "simd" }
                """);
            await target.Until(run, Target.HasEnded);
            var continued = target.Post($"/api/v1/runs/{run}/continue", """{ "additionalEpochs": 1 }""");
            var longest = TimeSpan.Zero;
            while (!continued.IsCompleted)
            {
                var start = Stopwatch.GetTimestamp();
                using var response = await target.Http.PostAsync($"/api/v1/runs/{run}/cancel", content: null, target.Ends); // a write
                longest = Stopwatch.GetElapsedTime(start) is var time && time > longest ? time : longest;
                await Task.Delay(10, target.Ends);
            }

            await continued;
            target.Tally.Note($"longest other write {longest.TotalSeconds:F2} s");
        }),
    ];

    private static async Task ReadEvents(Target target, long run, CancellationToken stop)
    {
        try
        {
            using var response = await target.Http.GetAsync($"/api/v1/runs/{run}/events", HttpCompletionOption.ResponseHeadersRead, stop);
            await target.Tally.Add(response);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop), Encoding.UTF8);
            while (await reader.ReadLineAsync(stop) is not null)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // the attack is over
        }
    }
}

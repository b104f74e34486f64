using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Velodrome.Bench.Service;

/// <summary>Measures the reading of a history with far more epochs than a chart has points.</summary>
internal static class LongHistory
{
    /// <returns>Milliseconds, the median, and whether the best epoch is among the points of every response.</returns>
    public static async Task<(double Milliseconds, bool KeepsBestEpoch)> Measure(ServiceProcess service, int rounds)
    {
        var run = await service.Train(new JsonObject
        {
            ["dataset"] = "study-hours",
            ["target"] = "score",
            ["validation"] = new JsonObject { ["split"] = "last", ["fraction"] = 0.25 },
            ["network"] = new JsonObject { ["hidden"] = new JsonArray(16, 8) },
            ["training"] = new JsonObject { ["epochs"] = 100_000 },
            ["earlyStopping"] = null,
            ["engine"] = "simd",
        });
        var times = new List<double>();
        var keepsBestEpoch = true;
        for (var round = -1; round < 3 * rounds; round++)
        {
            var stopwatch = Stopwatch.StartNew();
            var text = await service.Http.GetStringAsync($"/api/v1/runs/{run["id"]}/history?maxPoints=1000");
            if (round >= 0)
            {
                times.Add(stopwatch.Elapsed.TotalMilliseconds);
            }

            var epochs = (JsonArray)JsonNode.Parse(text)!["epochs"]!;
            keepsBestEpoch &= epochs.Count <= 1000 && epochs.Any(epoch => (int)epoch!["epoch"]! == (int)run["bestEpoch"]!);
        }

        return (times.Median(), keepsBestEpoch);
    }
}

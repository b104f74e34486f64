using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Velodrome.Bench.Service;

/// <summary>Predictions: one row a request from many connections, beside an endpoint that only parses it; and a file of a million rows.</summary>
internal static partial class Predictions
{
    private const string Body = """{"rows":[{"hours":9}]}""";
    private const int Rows = 1_000_000;

    public static async Task<string> Measure(ServiceProcess service, int rounds)
    {
        var lesson = await Train(service, "study-hours", "score", [16, 8]);
        await using var constant = await ConstantEndpoint.Start();
        var single = "wrk is not installed: one row a request was not measured.";
        if (await Load($"{service.Http.BaseAddress}api/v1/runs/{lesson}/predictions", seconds: 2) is not null)
        {
            using var onePeer = await FastApiPeer.Start(processes: 1);
            using var twoPeers = await FastApiPeer.Start(processes: 2);
            string[] addresses = [$"{service.Http.BaseAddress}api/v1/runs/{lesson}/predictions", $"{constant.Address}/constant", .. Addresses(onePeer, twoPeers)];
            var perSecond = Array.ConvertAll(addresses, _ => new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                for (var i = 0; i < addresses.Length; i++)
                {
                    perSecond[i].Add(await Load(addresses[i], seconds: 3) ?? 0);
                }
            }

            Array.ForEach(perSecond, loads => loads.RemoveAt(0)); // the first round compiles

            var (ours, parsing) = (perSecond[0], perSecond[1]);
            string Times(int peer) => $"{ours.Zip(perSecond[peer], (our, other) => our / other).Median():F1} times the {perSecond[peer].Median():N0}";
            single = $"""
                One row a request, 32 connections, medians: {ours.Median():N0} requests a second, {ours.Zip(parsing, (our, constant) => our / constant).Median():P0} of the {parsing.Median():N0} of an
                endpoint that parses the same JSON and answers a constant; {(perSecond.Length < 4 ? "FastAPI, uvloop or httptools is not installed" : $"{Times(2)} of FastAPI and PyTorch in one process, {Times(3)} in two")}.
                """;
        }

        var (seconds, before, after) = await File(service, await Train(service, "small", "y", [64, 32]));
        return $"""
            {single}

            A CSV of {Rows:N0} rows and 10 columns through a 64-32 network: {seconds:F1} s; the service held {before / 1e6:N0} MB before and {after / 1e6:N0} MB after it.
            """;
    }

    private static IEnumerable<string> Addresses(params FastApiPeer?[] peers) => peers.OfType<FastApiPeer>().Select(peer => peer.Address);

    private static async Task<long> Train(ServiceProcess service, string dataset, string target, int[] hidden) => (long)(await service.Train(new JsonObject
    {
        ["dataset"] = dataset,
        ["target"] = target,
        ["validation"] = new JsonObject { ["split"] = "random" },
        ["network"] = new JsonObject { ["hidden"] = new JsonArray([.. hidden.Select(units => (JsonNode)units)]) },
        ["training"] = new JsonObject { ["epochs"] = 20 },
    }))["id"]!;

    /// <returns>Requests a second; null where wrk is not installed.</returns>
    private static async Task<double?> Load(string address, int seconds)
    {
        var script = Path.GetTempFileName();
        await System.IO.File.WriteAllTextAsync(script, $"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.body = '{Body}'
            """);
        try
        {
            using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", "-c32", $"-d{seconds}s", "-s", script, address]) { RedirectStandardOutput = true })!;
            var text = await wrk.StandardOutput.ReadToEndAsync();
            return text.Contains("Non-2xx") ? throw new InvalidOperationException(text) : double.Parse(PerSecond().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            System.IO.File.Delete(script);
        }
    }

    private static async Task<(double Seconds, long Before, long After)> File(ServiceProcess service, long run)
    {
        var file = Path.GetTempFileName();
        try
        {
            await using (var csv = new StreamWriter(file))
            {
                var random = new Random(1);
                await csv.WriteLineAsync(string.Join(',', Enumerable.Range(0, 10).Select(column => $"x{column}")));
                for (var row = 0; row < Rows; row++)
                {
                    await csv.WriteLineAsync(string.Join(',', Enumerable.Range(0, 10).Select(_ => random.NextDouble().ToString("F6", CultureInfo.InvariantCulture))));
                }
            }

            await Send(); // compiles, and makes the room it needs
            var (before, clock) = (service.Memory(), Stopwatch.StartNew());
            await Send();
            return (clock.Elapsed.TotalSeconds, before, service.Memory());
        }
        finally
        {
            System.IO.File.Delete(file);
        }

        async Task Send()
        {
            using var body = new StreamContent(System.IO.File.OpenRead(file));
            body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            using var answer = await service.Http.PostAsync($"/api/v1/runs/{run}/predictions", body);
            await (await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        }
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex PerSecond();
}

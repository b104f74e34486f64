using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Velodrome.Bench.Service;

/// <summary>Measures predictions: one row per request from many connections, and a file of a million rows.</summary>
internal static partial class Predictions
{
    private const string Body = """{"rows":[{"hours":9}]}""";
    private const int Rows = 1_000_000;
    private const int WarmUpSeconds = 2;
    private const int MeasuredSeconds = 3;

    public static async Task<string> Measure(ServiceProcess service, int rounds)
    {
        var singleRows = await MeasureSingleRows(service, rounds);
        var (seconds, before, after) = await MeasureFile(service, await Train(service, "small", "y", [64, 32]));
        return $"""
            {singleRows}

            A CSV of {Rows:N0} rows and 10 columns through a 64-32 network: {seconds:F1} s. The service used {before / 1e6:N0} MB before
            and {after / 1e6:N0} MB after it.
            """;
    }

    private static async Task<string> MeasureSingleRows(ServiceProcess service, int rounds)
    {
        var run = await Train(service, "study-hours", "score", [16, 8]);
        var predictions = $"{service.Http.BaseAddress}api/v1/runs/{run}/predictions";
        if (await RequestsPerSecond(predictions, WarmUpSeconds) is null)
        {
            return "One row per request was not measured, because wrk is not installed.";
        }

        await using var constant = await ConstantEndpoint.Start();
        using var onePeer = await FastApiPeer.Start(processes: 1);
        using var twoPeers = await FastApiPeer.Start(processes: 2);
        var peerAddresses = new[] { onePeer, twoPeers }.OfType<FastApiPeer>().Select(peer => peer.Address);
        string[] addresses = [predictions, $"{constant.Address}/constant", .. peerAddresses];
        var rates = Array.ConvertAll(addresses, _ => new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < addresses.Length; i++)
            {
                rates[i].Add(await RequestsPerSecond(addresses[i], MeasuredSeconds) ?? 0);
            }
        }

        Array.ForEach(rates, rate => rate.RemoveAt(0)); // The first round compiles the code.

        double RelativeTo(int other) => rates[0].Zip(rates[other], (ours, theirs) => ours / theirs).Median();
        string Peer(int peer) => $"{RelativeTo(peer):F1} times the {rates[peer].Median():N0}";
        var peers = rates.Length < 4
            ? "FastAPI, uvloop or httptools is not installed"
            : $"{Peer(2)} of FastAPI and PyTorch in one process, {Peer(3)} in two";
        return $"""
            One row per request, 32 connections, medians: {rates[0].Median():N0} requests a second, {RelativeTo(1):P0}
            of the {rates[1].Median():N0} of an endpoint that parses the same JSON and returns a constant; {peers}.
            """;
    }

    private static async Task<long> Train(ServiceProcess service, string dataset, string target, int[] hidden)
    {
        var run = await service.Train(new JsonObject
        {
            ["dataset"] = dataset,
            ["target"] = target,
            ["validation"] = new JsonObject { ["split"] = "random" },
            ["network"] = new JsonObject { ["hidden"] = new JsonArray([.. hidden.Select(units => (JsonNode)units)]) },
            ["training"] = new JsonObject { ["epochs"] = 20 },
        });
        return (long)run["id"]!;
    }

    /// <returns>Null if wrk is not installed.</returns>
    private static async Task<double?> RequestsPerSecond(string address, int seconds)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.body = '{Body}'
            """);
        try
        {
            string[] arguments = ["-t1", "-c32", $"-d{seconds}s", "-s", script, address];
            using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
            var output = await wrk.StandardOutput.ReadToEndAsync();
            return output.Contains("Non-2xx")
                ? throw new InvalidOperationException(output)
                : double.Parse(RequestsPerSecondLine().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<(double Seconds, long Before, long After)> MeasureFile(ServiceProcess service, long run)
    {
        var file = Path.GetTempFileName();
        try
        {
            await WriteCsv(file);
            await Send(); // compiles the code, and grows the service's memory
            var (before, stopwatch) = (service.Memory(), Stopwatch.StartNew());
            await Send();
            return (stopwatch.Elapsed.TotalSeconds, before, service.Memory());
        }
        finally
        {
            File.Delete(file);
        }

        async Task Send()
        {
            using var body = new StreamContent(File.OpenRead(file));
            body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
            using var response = await service.Http.PostAsync($"/api/v1/runs/{run}/predictions", body);
            await (await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
        }
    }

    private static async Task WriteCsv(string file)
    {
        var random = new Random(1);
        await using var csv = new StreamWriter(file);
        await csv.WriteLineAsync(string.Join(',', Enumerable.Range(0, 10).Select(column => $"x{column}")));
        for (var row = 0; row < Rows; row++)
        {
            var cells = Enumerable.Range(0, 10).Select(_ => random.NextDouble().ToString("F6", CultureInfo.InvariantCulture));
            await csv.WriteLineAsync(string.Join(',', cells));
        }
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RequestsPerSecondLine();
}

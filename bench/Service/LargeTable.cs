using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Velodrome.Bench.Service;

/// <summary>
/// Measures the service around the training of a large table: 1,000,000 rows of 11 numbers with five decimals, 92 MB as CSV. pandas reads
/// the same file in turns, if it is installed.
/// </summary>
internal static class LargeTable
{
    private const int Rows = 1_000_000;
    private const int Features = 10;

    /// <summary>The features and the target.</summary>
    public const int Columns = Features + 1;

    private const int Epochs = 5;

    private static readonly TimeSpan PollDelay = TimeSpan.FromMilliseconds(10);

    public static async Task<string> Measure(int rounds)
    {
        var file = Path.GetTempFileName();
        try
        {
            WriteCsv(file);
            using var service = await ServiceProcess.Start();
            using var pandas = PandasPeer.Start(file);
            var measured = new List<Round>();
            for (var round = 0; round <= rounds; round++)
            {
                measured.Add(await Measure(service, pandas, file));
            }

            measured.RemoveAt(0); // The first round compiles the code.
            return Describe(measured, service.PeakMemory());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Describe(List<Round> rounds, long peak)
    {
        double Median(Func<Round, double> value) => rounds.Select(value).Median();
        var pandas = Median(round => round.Pandas);
        var comparison = double.IsNaN(pandas) ? ""
            : $"The upload takes {Median(round => round.Upload / round.Pandas):F1} times as long as pandas. ";
        const double Numbers = sizeof(double) * (Features + 1.0) * Rows;
        return $"""
            ## A large table

            {Rows:N0} rows of {Features + 1} numbers, 92 MB of CSV, {Epochs} epochs through a 64-32 network. Medians of {rounds.Count}
            rounds.

            {Report.Table(["step", "seconds"],
            [
                ["`pandas.read_csv` of the same file", double.IsNaN(pandas) ? "not installed" : Report.Number(pandas)],
                ["upload, profile and store", Report.Number(Median(round => round.Upload))],
                ["POST of the first run", Report.Number(Median(round => round.Post))],
                ["POST to the first epoch", Report.Number(Median(round => round.FirstEpoch))],
                ["last epoch to the end of the run", Report.Number(Median(round => round.End))],
                ["prediction of the file", Report.Number(Median(round => round.Predictions))],
            ])}
            {comparison}The service used {peak / 1e6:N0} MB at most; the numbers alone are {Numbers / 1e6:N0} MB.

            """;
    }

    private static async Task<Round> Measure(ServiceProcess service, PandasPeer? pandas, string file)
    {
        var read = pandas?.Read() ?? double.NaN;
        var stopwatch = Stopwatch.StartNew();
        using (var uploaded = await Send(service, "/api/v1/datasets?name=large", file))
        {
            uploaded.EnsureSuccessStatusCode();
        }

        var upload = Seconds();
        using var posted = await service.Http.PostAsJsonAsync("/api/v1/runs", Run);
        posted.EnsureSuccessStatusCode();
        var (post, id) = (Seconds(), (long)JsonNode.Parse(await posted.Content.ReadAsStringAsync())!["id"]!);
        await Until(service, id, run => (int?)run["progress"]?["epoch"] >= 1);
        var firstEpoch = post + Seconds();
        await Until(service, id, run => (int?)run["progress"]?["epoch"] == Epochs);
        stopwatch.Restart();
        var run = await Until(service, id, run => run["finishedAt"] is not null);
        var end = Seconds();
        _ = (string?)run["status"] == "succeeded" ? run : throw new InvalidOperationException($"The run did not succeed: {run}");
        using (var predicted = await Send(service, $"/api/v1/runs/{id}/predictions", file))
        {
            predicted.EnsureSuccessStatusCode();
            await predicted.Content.CopyToAsync(Stream.Null);
        }

        var predictions = Seconds();
        foreach (var address in new[] { $"/api/v1/runs/{id}", "/api/v1/datasets/large" })
        {
            using var deleted = await service.Http.DeleteAsync(address);
            deleted.EnsureSuccessStatusCode();
        }

        return new(read, upload, post, firstEpoch, end, predictions);

        double Seconds()
        {
            var seconds = stopwatch.Elapsed.TotalSeconds;
            stopwatch.Restart();
            return seconds;
        }
    }

    private static JsonObject Run => new()
    {
        ["dataset"] = "large",
        ["target"] = "y",
        ["validation"] = new JsonObject { ["split"] = "random", ["fraction"] = 0.2 },
        ["network"] = new JsonObject { ["hidden"] = new JsonArray(64, 32) },
        ["training"] = new JsonObject { ["epochs"] = Epochs },
        ["engine"] = "simd",
    };

    private static async Task<HttpResponseMessage> Send(ServiceProcess service, string address, string file)
    {
        using var body = new StreamContent(File.OpenRead(file));
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body };
        return await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<JsonNode> Until(ServiceProcess service, long id, Func<JsonNode, bool> isReached)
    {
        while (true)
        {
            var run = JsonNode.Parse(await service.Http.GetStringAsync($"/api/v1/runs/{id}"))!;
            if (isReached(run) || run["finishedAt"] is not null)
            {
                return run;
            }

            await Task.Delay(PollDelay);
        }
    }

    internal static void WriteCsv(string file)
    {
        var random = new Random(1);
        using var csv = new StreamWriter(file);
        csv.WriteLine(string.Join(',', Enumerable.Range(0, Features).Select(feature => $"x{feature}").Append("y")));
        var values = new double[Features + 1];
        for (var row = 0; row < Rows; row++)
        {
            for (var feature = 0; feature < Features; feature++)
            {
                values[feature] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            }

            values[Features] = values[..Features].Sum() + random.NextDouble();
            csv.WriteLine(string.Join(',', values.Select(value => value.ToString("F5", CultureInfo.InvariantCulture))));
        }
    }

    /// <summary>Seconds of each step.</summary>
    private sealed record Round(double Pandas, double Upload, double Post, double FirstEpoch, double End, double Predictions);
}

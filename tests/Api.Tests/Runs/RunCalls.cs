using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Velodrome.Api.Tests.Runs;

/// <summary>Calls that many tests make about runs.</summary>
internal static class RunCalls
{
    public const string Lesson = """
        { "name": "fifty epochs", "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 },
          "network": { "hidden": [16, 8], "activation": "relu" }, "training": { "epochs": 50, "seed": 7 },
          "earlyStopping": { "patience": 10 } }
        """;

    /// <summary>Trains until a test cancels it.</summary>
    public const string Endless = """
        { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
          "training": { "epochs": 1000000 }, "earlyStopping": null }
        """;

    public static Task<HttpResponseMessage> Post(this HttpClient http, string path, string json) =>
        http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Posts a request for a run, after changes, and expects 202.</summary>
    public static async Task<long> StartRun(this HttpClient http, string request, Action<JsonObject>? change = null)
    {
        var json = JsonNode.Parse(request)!.AsObject();
        change?.Invoke(json);
        using var response = await http.Post("/api/v1/runs", json.ToJsonString());
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, text);
        var id = JsonNode.Parse(text)!["id"]!.GetValue<long>();
        Assert.Equal($"/api/v1/runs/{id}", response.Headers.Location?.ToString());
        return id;
    }

    /// <summary>Waits for the run to end.</summary>
    public static Task<JsonElement> Ended(this HttpClient http, long id) =>
        http.Until(id, run => run.GetProperty("finishedAt").ValueKind != JsonValueKind.Null);

    /// <summary>Waits for the run to meet a condition.</summary>
    public static async Task<JsonElement> Until(this HttpClient http, long id, Func<JsonElement, bool> condition)
    {
        var run = default(JsonElement);
        await Wait.Until(
            async () => condition(run = await http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}")), () => $"run {id} is {run}");
        return run;
    }

    /// <summary>Posts a request for a run and waits for the run to end.</summary>
    public static async Task<JsonElement> Train(this HttpClient http, string request, Action<JsonObject>? change = null) =>
        await http.Ended(await http.StartRun(request, change));

    /// <summary>Reads the run's epochs, with losses in full precision.</summary>
    public static async Task<(int Epoch, double? Train, double? Validation)[]> History(this HttpClient http, long id)
    {
        var history = await http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}/history");
        return [.. history.GetProperty("epochs").EnumerateArray().Select(epoch =>
            (epoch.GetProperty("epoch").GetInt32(), Number(epoch.GetProperty("trainLoss")), Number(epoch.GetProperty("validationLoss"))))];
    }

    public static long Id(this JsonElement run) => run.GetProperty("id").GetInt64();

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static double? Number(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetDouble();
}

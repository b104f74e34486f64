using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Api.Tests.Datasets;

namespace Velodrome.Api.Tests.Runs;

public sealed class WeightColumnTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_weighted_run_learns_what_the_weights_stress_is_compared_continued_and_predicts_without_weights()
    {
        // Each x occurs twice: y = 0 with weight 9, and y = 10 with weight 1.
        await _http.PostCsv("weighted", Csv(0, 160));
        using var appended = await _http.PostAsync(
            "/api/v1/datasets/weighted/rows", new StringContent(Csv(160, 200), Encoding.UTF8, "text/csv"));
        Assert.True(appended.IsSuccessStatusCode, await appended.Content.ReadAsStringAsync());
        await _http.PostCsv("weighted-later", Csv(200, 240));
        const string Request = """
            { "dataset": "weighted", "target": "y", "task": "regression", "validation": { "split": "dataset", "dataset": "weighted-later" },
              "test": { "split": "group", "column": "g", "fraction": 0.2 }, "encoding": { "numbers": "plain" },
              "training": { "epochs": 30, "schedule": "constant", "learningRate": 0.01, "weightDecay": 0 }, "earlyStopping": null }
            """;
        var weighted = await _http.Train(Request, json => json["weightColumn"] = "w");
        var plain = await _http.Train(Request, json => json["features"] = new JsonArray("x"));

        var spec = weighted.GetProperty("spec");
        Assert.Equal(("w", 2), (spec.Text("weightColumn"), spec.GetProperty("datasetVersion").GetInt32()));
        Assert.Equal(["x"], spec.GetProperty("features").EnumerateArray().Select(feature => feature.GetString()));
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("spec").GetProperty("weightColumn").ValueKind);
        Assert.InRange(await Prediction(weighted.Id()), -1, 3);
        Assert.InRange(await Prediction(plain.Id()), 3, 7);
        Assert.Equal(9, weighted.GetProperty("baselineLoss").GetDouble(), 0.01);       // of always 1: 0.9 x 1² + 0.1 x 9²
        Assert.Equal(25, plain.GetProperty("baselineLoss").GetDouble(), 0.01);

        var comparison = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/compare?ids={weighted.Id()},{plain.Id()}");
        Assert.True(comparison.GetProperty("comparable").GetBoolean());
        Assert.Equal(
            ["weightColumn"], comparison.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.Text("path")));
        Assert.True(comparison.GetProperty("differences")[0].GetProperty("difference").GetDouble() < 0, "Plain must be better.");

        using var response = await _http.Post($"/api/v1/runs/{weighted.Id()}/continue", """{ "additionalEpochs": 2 }""");
        var continued = await _http.Ended((await response.Content.ReadFromJsonAsync<JsonElement>()).Id());
        Assert.Equal(("succeeded", "w"), (continued.Text("status"), continued.GetProperty("spec").Text("weightColumn")));
        Assert.Equal(
            (await _http.History(weighted.Id())).Select(epoch => epoch.Validation),
            (await _http.History(continued.Id())).Take(31).Select(epoch => epoch.Validation));
    }

    [Fact]
    public async Task A_validation_dataset_without_weights_is_refused()
    {
        await _http.PostCsv("with-weights", Csv(0, 40));
        await _http.PostCsv("without-weights", "x,y\n1,2\n2,3\n3,4\n");

        var refused = await Refused.Read(
            await _http.Post("/api/v1/runs", """
                { "dataset": "with-weights", "target": "y", "features": ["x"], "weightColumn": "w",
                  "validation": { "split": "dataset", "dataset": "without-weights" } }
                """), HttpStatusCode.BadRequest);

        Assert.Equal(("otherColumns", "validation.dataset"), (refused.Code, refused.Errors[0].Field));
        Assert.Contains("'w'", refused.Detail, StringComparison.Ordinal);
    }

    private static string Csv(int from, int to) => "x,g,y,w\n" + string.Concat(Enumerable.Range(from, to - from).Select(row =>
        $"{row / 2 % 10}.5,g{row / 2 % 5},{(row % 2 == 0 ? 0 : 10)},{(row % 2 == 0 ? 9 : 1)}\n"));

    private async Task<double> Prediction(long run)
    {
        using var response = await _http.Post($"/api/v1/runs/{run}/predictions", """{ "rows": [{ "x": 4.5 }] }""");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return body.GetProperty("predictions")[0].GetProperty("value").GetDouble();
    }
}

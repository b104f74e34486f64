using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Predictions;

public sealed class ModelTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_model_tells_what_it_predicts_from()
    {
        await _http.PostCsv("mixed", "size,town,sunny,price\n" + string.Concat(Enumerable.Range(0, 40).Select(row => $"{row},{(row % 3 == 0 ? "Riga" : "Gent")},{row % 2 == 0},{row * 2}\n")));
        var run = await _http.Train("""{ "dataset": "mixed", "target": "price", "validation": { "split": "last", "fraction": 0.25 }, "training": { "epochs": 2 } }""");

        var model = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/model");

        Assert.Equal(
            """[{"name":"size","kind":"number","min":0,"max":29,"median":14.5,"levels":null},{"name":"town","kind":"category","min":null,"max":null,"median":null,"levels":["Gent","Riga"]},{"name":"sunny","kind":"boolean","min":null,"max":null,"median":null,"levels":null}]""",
            model.GetProperty("features").GetRawText());
        Assert.Equal(("price", "regression", JsonValueKind.Null), (model.Text("target"), model.Text("task"), model.GetProperty("classes").ValueKind));
    }

    [Fact]
    public async Task The_fit_is_what_the_model_predicts_beside_what_is_true()
    {
        var run = await _http.Train(RunCalls.Lesson);

        var fit = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/predicted-vs-actual");

        Assert.Equal(("hours", 6, 0), (fit.Text("feature"), fit.GetProperty("train").GetArrayLength(), fit.GetProperty("test").GetArrayLength()));
        Assert.Equal([(6, 7.0, 91.0), (7, 8.0, 97.0)], fit.GetProperty("validation").EnumerateArray()
            .Select(point => (point.GetProperty("row").GetInt32(), point.GetProperty("x").GetDouble(), point.GetProperty("actual").GetDouble())));
        var squares = fit.GetProperty("validation").EnumerateArray().Average(point => Math.Pow(point.GetProperty("actual").GetDouble() - point.GetProperty("predicted").GetDouble(), 2));
        Assert.Equal(run.GetProperty("bestValidationLoss").GetDouble(), squares, 0.01);
    }

    [Fact]
    public async Task Many_rows_are_thinned_and_classes_have_no_fit()
    {
        var many = await _http.Train("""{ "dataset": "noisy-sine", "target": "y", "validation": { "split": "random" }, "training": { "epochs": 1 } }""");
        var fit = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{many.Id()}/predicted-vs-actual?maxPoints=10");
        Assert.Equal((10, JsonValueKind.Null), (fit.GetProperty("train").GetArrayLength(), fit.GetProperty("feature").ValueKind));

        var classes = await _http.Train("""{ "dataset": "iris", "target": "species", "validation": { "split": "stratified" }, "training": { "epochs": 1 } }""");
        Assert.Equal("notApplicable", (await Refused.Read(await _http.GetAsync($"/api/v1/runs/{classes.Id()}/predicted-vs-actual"), HttpStatusCode.BadRequest)).Code);
        Assert.Equal(["setosa", "versicolor", "virginica"], (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{classes.Id()}/model"))
            .GetProperty("classes").EnumerateArray().Select(label => label.GetString()));
    }

    [Fact]
    public async Task A_run_without_weights_has_neither()
    {
        var failed = await _http.Train(RunCalls.Lesson, json => json["training"] = System.Text.Json.Nodes.JsonNode.Parse("""{ "optimizer": "sgd", "learningRate": 10 }"""));

        foreach (var part in new[] { "model", "predicted-vs-actual" })
        {
            Assert.Equal("runWithoutModel", (await Refused.Read(await _http.GetAsync($"/api/v1/runs/{failed.Id()}/{part}"), HttpStatusCode.Conflict)).Code);
        }
    }
}

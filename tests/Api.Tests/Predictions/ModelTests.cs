using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Predictions;
using Velodrome.Api.Runs;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Predictions;

public sealed class ModelTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    private ModelCache Models => app.Services.GetRequiredService<ModelCache>();

    [Fact]
    public async Task A_model_describes_its_features()
    {
        await _http.PostCsv("mixed", "size,town,sunny,price\n" + string.Concat(Enumerable.Range(0, 40)
            .Select(row => $"{row},{(row % 3 == 0 ? "Riga" : "Gent")},{row % 2 == 0},{row * 17 % 40}\n")));
        var run = await _http.Train("""
            { "dataset": "mixed", "target": "price", "validation": { "split": "last", "fraction": 0.25 }, "training": { "epochs": 2 },
              "encoding": { "numbers": "piecewise", "bins": 2 } }
            """);

        var model = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/model");

        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse("""{ "numbers": "piecewise", "bins": 2 }"""), run.GetProperty("spec").GetProperty("encoding")));
        var expected = JsonElement.Parse("""
            [
              { "name": "size", "kind": "number", "min": 0, "max": 29,
                "median": 14.5, "bounds": [0, 14, 29], "cycles": null, "levels": null },
              { "name": "town", "kind": "category", "min": null, "max": null,
                "median": null, "bounds": null, "cycles": null, "levels": ["Gent", "Riga"] },
              { "name": "sunny", "kind": "boolean", "min": null, "max": null,
                "median": null, "bounds": null, "cycles": null, "levels": null }
            ]
            """);
        Assert.True(JsonElement.DeepEquals(expected, model.GetProperty("features")));
        Assert.Equal(1, model.GetProperty("members").GetInt32());
        Assert.Equal(("price", "regression"), (model.Text("target"), model.Text("task")));
        Assert.Equal(JsonValueKind.Null, model.GetProperty("classes").ValueKind);
    }

    [Fact]
    public async Task Predicted_values_are_returned_with_the_actual_ones()
    {
        var run = await _http.Train(RunCalls.Lesson);

        var points = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/predicted-vs-actual");

        Assert.Equal("hours", points.Text("feature"));
        Assert.Equal((6, 0), (points.GetProperty("train").GetArrayLength(), points.GetProperty("test").GetArrayLength()));
        var validation = points.GetProperty("validation").EnumerateArray().ToList();
        Assert.Equal([(6, 7.0, 91.0), (7, 8.0, 97.0)], validation.Select(point =>
            (point.GetProperty("row").GetInt32(), point.GetProperty("x").GetDouble(), point.GetProperty("actual").GetDouble())));
        var meanSquare = validation.Average(point =>
            Math.Pow(point.GetProperty("actual").GetDouble() - point.GetProperty("predicted").GetDouble(), 2));
        Assert.Equal(run.GetProperty("bestValidationLoss").GetDouble(), meanSquare, 0.01);
    }

    [Fact]
    public async Task Many_rows_are_thinned()
    {
        var run = await _http.Train("""
            { "dataset": "noisy-sine", "target": "y", "validation": { "split": "last" }, "training": { "epochs": 1 } }
            """);

        var points = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/predicted-vs-actual?maxPoints=10");

        var train = points.GetProperty("train").EnumerateArray().Select(point => point.GetProperty("row").GetInt32()).ToList();
        Assert.Equal((10, 0, 239), (train.Count, train[0], train[^1]));
        Assert.All(train.Zip(train.Skip(1)), rows => Assert.InRange(rows.Second - rows.First, 26, 27));
        Assert.Equal(JsonValueKind.Null, points.GetProperty("feature").ValueKind);
    }

    [Fact]
    public async Task A_run_on_classes_has_labels_and_no_predicted_values()
    {
        var run = await _http.Train("""
            { "dataset": "iris", "target": "species", "validation": { "split": "stratified" }, "training": { "epochs": 1 } }
            """);

        var refused = await Refused.Read(await _http.GetAsync($"/api/v1/runs/{run.Id()}/predicted-vs-actual"), HttpStatusCode.BadRequest);

        Assert.Equal("notApplicable", refused.Code);
        var model = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/model");
        var classes = model.GetProperty("classes").EnumerateArray().Select(label => label.GetString());
        Assert.Equal(["setosa", "versicolor", "virginica"], classes);
    }

    [Fact]
    public async Task A_run_without_weights_has_no_model()
    {
        var failed = await _http.Train(
            RunCalls.Lesson, json => json["training"] = JsonNode.Parse("""{ "optimizer": "sgd", "learningRate": 10 }"""));

        foreach (var path in new[] { "model", "predicted-vs-actual" })
        {
            var refused = await Refused.Read(await _http.GetAsync($"/api/v1/runs/{failed.Id()}/{path}"), HttpStatusCode.Conflict);
            Assert.Equal("runWithoutModel", refused.Code);
        }
    }

    [Fact]
    public async Task A_run_that_ends_while_it_is_read_has_no_model_yet()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        await _http.Until(id, run => run.GetProperty("progress").GetProperty("epoch").GetInt32() > 0);
        var before = await Read(id);
        await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        await _http.Ended(id);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Models.Get(before, default));

        Assert.Equal("runNotFinished", Assert.Single(refused.Faults).Code);
        Assert.NotNull(await Models.Get(await Read(id), default));
    }

    [Fact]
    public async Task A_run_that_is_deleted_while_it_is_read_is_not_found()
    {
        var id = (await _http.Train(RunCalls.Lesson)).Id();
        var before = await Read(id);
        await _http.DeleteAsync($"/api/v1/runs/{id}");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Models.Get(before, default));

        Assert.Equal("runNotFound", Assert.Single(refused.Faults).Code);
    }

    private async Task<Run> Read(long id)
    {
        await using var database = await app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContextAsync();
        return await database.FindRun(id, default);
    }
}

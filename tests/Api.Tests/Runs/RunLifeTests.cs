using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Api.Tests.Runs;

public sealed class RunLifeTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_run_is_accepted_trained_recorded_and_explained_and_predicts()
    {
        var id = await _http.StartRun(RunCalls.Lesson);
        var run = await _http.Ended(id);
        Assert.Equal("succeeded", run.Text("status"));
        Assert.Equal((6, 2, 0), (Rows(run, "train"), Rows(run, "validation"), Rows(run, "test")));
        Assert.Equal("score²", run.GetProperty("loss").Text("unit"));
        Assert.Equal(64, run.Text("weightsSha256").Length);

        var history = await _http.History(id);
        var last = run.GetProperty("progress").GetProperty("epoch").GetInt32();
        Assert.Equal(Enumerable.Range(0, last + 1), history.Select(epoch => epoch.Epoch));
        var best = history.Skip(1).MinBy(epoch => epoch.Validation);
        Assert.Equal(best.Epoch, run.GetProperty("bestEpoch").GetInt32());
        Assert.Equal(best.Validation, run.GetProperty("bestValidationLoss").GetDouble());
        Assert.True(best.Validation < 18.34 && history[0].Validation > 100, "Training made no difference.");

        var stopping = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}/early-stopping");
        Assert.Equal("patience", stopping.Text("stopReason"));
        Assert.Equal(best.Epoch, stopping.GetProperty("weightsFromEpoch").GetInt32());
        Assert.Equal(50 - last, stopping.GetProperty("epochsSaved").GetInt32());
        Assert.Contains($"epoch {best.Epoch}", stopping.Text("sentence"), StringComparison.Ordinal);

        using var response = await _http.Post($"/api/v1/runs/{id}/predictions", """{ "rows": [{ "hours": 9 }] }""");
        var prediction = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.InRange(prediction.GetProperty("predictions")[0].GetProperty("value").GetDouble(), 92, 106);

        var listed = await _http.GetFromJsonAsync<JsonElement>("/api/v1/runs?status=succeeded&dataset=study-hours");
        Assert.Contains(listed.GetProperty("items").EnumerateArray(), item => item.Id() == id);
    }

    [Fact]
    public async Task Every_default_is_filled_in_and_echoed()
    {
        var run = await _http.Train("""
            { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" }, "training": { "epochs": 1 } }
            """);

        var spec = run.GetProperty("spec");
        Assert.Equal(("regression", "relu"), (spec.Text("task"), spec.GetProperty("network").Text("activation")));
        var validation = spec.GetProperty("validation");
        Assert.Equal((0.2, 0), (validation.GetProperty("fraction").GetDouble(), validation.GetProperty("seed").GetInt32()));
        var training = spec.GetProperty("training");
        Assert.Equal(("adam", "mse", "constant"), (training.Text("optimizer"), training.Text("loss"), training.Text("schedule")));
        Assert.Equal((8, 0.003), (training.GetProperty("batchSize").GetInt32(), training.GetProperty("learningRate").GetDouble()));
        Assert.Equal(10, spec.GetProperty("earlyStopping").GetProperty("patience").GetInt32());
        Assert.Equal(["x"], spec.GetProperty("features").EnumerateArray().Select(feature => feature.GetString()));
    }

    [Fact]
    public async Task The_same_request_gives_the_same_result_bit_for_bit_even_while_other_runs_train()
    {
        const string request = """
            { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
              "network": { "hidden": [32, 16], "activation": "tanh", "dropout": 0.2 }, "training": { "epochs": 60 }, "earlyStopping": null }
            """;
        var alone = await _http.History((await _http.Train(request)).Id());
        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _http.StartRun(request)));
        foreach (var id in ids)
        {
            await _http.Ended(id);
            Assert.Equal(alone, await _http.History(id));
        }

        Assert.NotEqual(alone, await _http.History((await _http.Train(request, json => json["training"]!["seed"] = 1)).Id()));
    }

    [Fact]
    public async Task Both_engines_train_the_same_network_apart_from_rounding()
    {
        var torch = await _http.Train(RunCalls.Lesson, json => json["engine"] = "torch");
        var simd = await _http.Train(RunCalls.Lesson, json => json["engine"] = "simd");

        Assert.Equal(("torch", "simd"), (torch.GetProperty("spec").Text("engine"), simd.GetProperty("spec").Text("engine")));
        foreach (var (one, other) in (await _http.History(torch.Id())).Zip(await _http.History(simd.Id())))
        {
            Assert.Equal(1, other.Train!.Value / one.Train!.Value, 1e-2);
            Assert.Equal(one.Validation!.Value, other.Validation!.Value, 1e-2 * (1 + one.Validation.Value));
        }
    }

    [Fact]
    public async Task A_history_is_also_csv_starts_after_an_epoch_and_is_thinned_without_losing_its_minimum()
    {
        var run = await _http.Train(RunCalls.Lesson, json => json["earlyStopping"] = null);
        var whole = await _http.History(run.Id());

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{run.Id()}/history?after=47");
        request.Headers.Accept.ParseAdd("text/csv");
        using var csv = await _http.SendAsync(request);
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        var lines = (await csv.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal("epoch,trainLoss,validationLoss,learningRate,seconds", lines[0]);
        Assert.Equal(["48", "49", "50"], lines.Skip(1).Select(line => line.Split(',')[0]));

        var thin = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run.Id()}/history?maxPoints=10");
        var kept = thin.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("epoch").GetInt32()).ToArray();
        Assert.Equal(10, kept.Length);
        Assert.Contains(whole.MinBy(epoch => epoch.Validation).Epoch, kept);
        Assert.Equal((0, 50), (kept[0], kept[^1]));
    }

    [Theory]
    [InlineData("study-hours", "score", "mean", """ "epochs": 3 """)]
    [InlineData("study-hours", "score", "quantile", """ "epochs": 3, "loss": "quantile", "quantile": 0.9 """)]
    [InlineData("iris", "species", "majority", """ "epochs": 3 """)]
    public async Task The_loss_of_the_trivial_baseline_is_known_when_the_run_is_accepted(
        string dataset, string target, string baseline, string training)
    {
        using var accepted = await _http.Post("/api/v1/runs", $$"""
            { "dataset": "{{dataset}}", "target": "{{target}}", "validation": { "split": "random" }, "training": { {{training}} } }
            """);
        var run = await accepted.Content.ReadFromJsonAsync<JsonElement>();

        var loss = run.GetProperty("baselineLoss").GetDouble();
        var ended = await _http.Ended(run.Id());

        var evaluated = ended.GetProperty("evaluation").GetProperty("baselines").GetProperty(baseline).GetProperty("validation");
        Assert.Equal(evaluated.GetProperty("loss").GetDouble(), loss);
        Assert.Equal(loss, ended.GetProperty("baselineLoss").GetDouble());
    }

    [Fact]
    public async Task A_run_that_diverges_fails_with_advice_and_keeps_its_history()
    {
        var run = await _http.Train("""
            { "dataset": "study-hours", "target": "score", "validation": { "split": "last" },
              "training": { "optimizer": "sgd", "learningRate": 10, "epochs": 200 }, "earlyStopping": null }
            """);

        Assert.Equal(("failed", "diverged"), (run.Text("status"), run.Text("stopReason")));
        var error = run.GetProperty("error");
        Assert.Equal("diverged", error.Text("code"));
        Assert.Contains("\"learningRate\": 1", error.Text("message"), StringComparison.Ordinal);
        var history = await _http.History(run.Id());
        Assert.Equal(error.GetProperty("epoch").GetInt32(), history[^1].Epoch);
        Assert.Null(history[^1].Validation ?? history[^1].Train);
        using var response = await _http.Post($"/api/v1/runs/{run.Id()}/predictions", """{ "rows": [{ "hours": 9 }] }""");
        Assert.Equal("runWithoutModel", (await Refused.Read(response, HttpStatusCode.Conflict)).Code);
    }

    private static int Rows(JsonElement run, string part) => run.GetProperty("split").GetProperty(part).GetInt32();
}

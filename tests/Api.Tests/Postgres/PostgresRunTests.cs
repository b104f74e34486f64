using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Api.Tests.Runs;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Postgres;

public sealed class PostgresRunTests(VelodromeApp embedded, PostgresApp app) : IClassFixture<VelodromeApp>, IClassFixture<PostgresApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [PostgresFact]
    public async Task A_dataset_is_stored_trained_on_and_deleted_after_its_runs()
    {
        using var created = await _http.PostAsync("/api/v1/datasets?name=hours", new StringContent("hours,score\n1,45\n2,55\n3,62\n4,71\n5,80\n6,85\n", null, "text/csv"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(6, (await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/hours")).GetProperty("rows").GetInt32());
        var run = await _http.Train("""{ "dataset": "hours", "target": "score", "validation": { "split": "random", "fraction": 0.3 }, "training": { "epochs": 5 } }""");

        Assert.Equal("datasetInUse", (await Refused.Read(await _http.DeleteAsync("/api/v1/datasets/hours"), HttpStatusCode.Conflict)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/runs/{run.Id()}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("/api/v1/datasets/hours")).StatusCode);
    }

    [PostgresFact]
    public async Task A_run_has_the_bits_that_it_has_on_sqlite()
    {
        var there = await _http.Train(RunCalls.Lesson);
        var here = await embedded.CreateClient().Train(RunCalls.Lesson);

        Assert.Equal(("succeeded", here.Text("weightsSha256")), (there.Text("status"), there.Text("weightsSha256")));
        Assert.Equal(await embedded.CreateClient().History(here.Id()), await _http.History(there.Id()));
        using var prediction = await _http.Post($"/api/v1/runs/{there.Id()}/predictions", """{ "rows": [{ "hours": 9 }] }""");
        Assert.Equal(HttpStatusCode.OK, prediction.StatusCode);
    }

    [PostgresFact]
    public async Task Three_epochs_and_forty_seven_are_fifty()
    {
        static void Epochs(JsonObject json, int epochs) => (json["training"]!["epochs"], json["earlyStopping"]) = (epochs, null);
        var three = await _http.Train(RunCalls.Lesson, json => Epochs(json, 3));
        using var continued = await _http.Post($"/api/v1/runs/{three.Id()}/continue", """{ "additionalEpochs": 47 }""");
        var fifty = await _http.Ended((await continued.Content.ReadFromJsonAsync<JsonElement>()).Id());

        Assert.Equal(await _http.History((await _http.Train(RunCalls.Lesson, json => Epochs(json, 50))).Id()), await _http.History(fifty.Id()));
    }

    [PostgresFact]
    public async Task A_run_that_trains_and_one_that_waits_can_be_cancelled()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        await _http.Until(id, run => run.GetProperty("progress").GetProperty("epoch").GetInt32() > 10);

        using var first = await _http.Post($"/api/v1/runs/{id}/cancel", "");
        using var second = await _http.Post($"/api/v1/runs/{id}/cancel", "");
        var run = await _http.Ended(id);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal(("cancelled", "cancelled"), (run.Text("status"), run.Text("stopReason")));
        Assert.True(run.GetProperty("bestEpoch").GetInt32() > 0);
    }

    [PostgresFact]
    public async Task A_loss_that_is_no_number_is_null_in_the_history()
    {
        var run = await _http.Train("""
            { "dataset": "study-hours", "target": "score", "validation": { "split": "last" },
              "training": { "optimizer": "sgd", "learningRate": 10, "epochs": 200 }, "earlyStopping": null }
            """);

        Assert.Equal("diverged", run.Text("stopReason"));
        var last = (await _http.History(run.Id()))[^1];
        Assert.Null(last.Validation ?? last.Train);
    }

    [PostgresFact]
    public async Task A_name_that_the_database_can_not_hold_is_refused_and_one_that_is_made_up_is_cut()
    {
        var column = new string('c', 250);
        await _http.PostAsync("/api/v1/datasets?name=wide", new StringContent($"hours,{column}\n1,45\n2,55\n3,62\n4,71\n", null, "text/csv"));
        var request = $$"""{ "dataset": "wide", "target": "{{column}}", "validation": { "split": "random", "fraction": 0.5 }, "training": { "epochs": 1 } }""";

        Assert.Equal(200, (await _http.Train(request)).Text("name").Length);
        using var nul = await _http.Post("/api/v1/runs", request.Replace("\"training\"", "\"name\": \"\\u0000\", \"training\"", StringComparison.Ordinal));
        Assert.Equal("nulByte", (await Refused.Read(nul, HttpStatusCode.BadRequest)).Code);
        Assert.Equal("nulByte", (await Refused.Read(await _http.GetAsync("/api/v1/runs?dataset=%00"), HttpStatusCode.BadRequest)).Code);
    }

    [PostgresFact]
    public async Task Pages_and_filters_find_runs()
    {
        var id = (await _http.Train(RunCalls.Lesson)).Id();

        foreach (var query in new[] { "orderBy=newest", "orderBy=oldest&status=succeeded", "orderBy=bestValidationLoss&dataset=study-hours", "verdict=inconclusive" })
        {
            Assert.Contains((await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs?{query}")).GetProperty("items").EnumerateArray(), run => run.Id() == id);
        }
    }
}

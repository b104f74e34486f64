using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Api.Tests.Runs;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Postgres;

public sealed class PostgresRunTests(VelodromeApp sqlite, PostgresApp app) : IClassFixture<VelodromeApp>, IClassFixture<PostgresApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [PostgresFact]
    public async Task A_dataset_is_stored_trained_on_and_deleted_after_its_runs()
    {
        var csv = new StringContent("hours,score\n1,45\n2,55\n3,62\n4,71\n5,80\n6,85\n", null, "text/csv");
        using var created = await _http.PostAsync("/api/v1/datasets?name=hours", csv);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(6, (await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/hours")).GetProperty("rows").GetInt32());
        var run = await _http.Train("""
            { "dataset": "hours", "target": "score", "validation": { "split": "random", "fraction": 0.3 }, "training": { "epochs": 5 } }
            """);

        Assert.Equal("datasetInUse", (await Refused.Read(await _http.DeleteAsync("/api/v1/datasets/hours"), HttpStatusCode.Conflict)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/runs/{run.Id()}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("/api/v1/datasets/hours")).StatusCode);
    }

    [PostgresFact]
    public async Task A_run_equals_the_same_run_on_sqlite_bit_for_bit()
    {
        var onPostgres = await _http.Train(RunCalls.Lesson);
        var onSqlite = await sqlite.CreateClient().Train(RunCalls.Lesson);

        Assert.Equal(("succeeded", onSqlite.Text("weightsSha256")), (onPostgres.Text("status"), onPostgres.Text("weightsSha256")));
        Assert.Equal(await sqlite.CreateClient().History(onSqlite.Id()), await _http.History(onPostgres.Id()));
        using var prediction = await _http.Post($"/api/v1/runs/{onPostgres.Id()}/predictions", """{ "rows": [{ "hours": 9 }] }""");
        Assert.Equal(HttpStatusCode.OK, prediction.StatusCode);
    }

    [PostgresFact]
    public async Task Three_epochs_continued_by_47_equal_50_bit_for_bit()
    {
        static void Epochs(JsonObject json, int epochs) => (json["training"]!["epochs"], json["earlyStopping"]) = (epochs, null);
        var three = await _http.Train(RunCalls.Lesson, json => Epochs(json, 3));
        using var continued = await _http.Post($"/api/v1/runs/{three.Id()}/continue", """{ "additionalEpochs": 47 }""");
        var fifty = await _http.Ended((await continued.Content.ReadFromJsonAsync<JsonElement>()).Id());

        var straight = await _http.Train(RunCalls.Lesson, json => Epochs(json, 50));
        Assert.Equal(await _http.History(straight.Id()), await _http.History(fifty.Id()));
    }

    [PostgresFact]
    public async Task A_training_run_can_be_cancelled_twice()
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
    public async Task A_loss_that_is_not_finite_is_null_in_the_history()
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
    public async Task A_name_that_postgres_cannot_store_is_refused_and_a_generated_name_is_truncated()
    {
        var column = new string('c', 200);
        var csv = new StringContent($"hours,{column}\n1,45\n2,55\n3,62\n4,71\n", null, "text/csv");
        await _http.PostAsync("/api/v1/datasets?name=wide", csv);
        var request = $$"""
            { "dataset": "wide", "target": "{{column}}", "validation": { "split": "random", "fraction": 0.5 }, "training": { "epochs": 1 } }
            """;

        Assert.Equal(200, (await _http.Train(request)).Text("name").Length);
        var withNul = request.Replace("\"training\"", "\"name\": \"\\u0000\", \"training\"", StringComparison.Ordinal);
        using var nul = await _http.Post("/api/v1/runs", withNul);
        Assert.Equal("nulByte", (await Refused.Read(nul, HttpStatusCode.BadRequest)).Code);
        Assert.Equal("nulByte", (await Refused.Read(await _http.GetAsync("/api/v1/runs?dataset=%00"), HttpStatusCode.BadRequest)).Code);
    }

    [PostgresFact]
    public async Task Pages_and_filters_find_runs()
    {
        var id = (await _http.Train(RunCalls.Lesson)).Id();

        string[] queries =
        [
            "orderBy=newest", "orderBy=oldest&status=succeeded", "orderBy=bestValidationLoss&dataset=study-hours", "verdict=inconclusive",
        ];
        foreach (var query in queries)
        {
            var page = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs?{query}");
            Assert.Contains(page.GetProperty("items").EnumerateArray(), run => run.Id() == id);
        }
    }
}

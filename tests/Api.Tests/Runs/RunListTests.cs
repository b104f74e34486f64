using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Api.Runs;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Worker;

namespace Velodrome.Api.Tests.Runs;

public sealed class RunListTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task The_list_pages_through_all_runs_in_every_order()
    {
        foreach (var seed in Enumerable.Range(0, 5))
        {
            await _http.Train(RunCalls.Lesson, json => json["training"] = new JsonObject { ["epochs"] = 2, ["seed"] = seed });
        }

        foreach (var order in new[] { "newest", "oldest", "bestValidationLoss" })
        {
            var (ids, token) = (new List<long>(), "");
            do
            {
                var page = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs?orderBy={order}&pageSize=2{token}");
                ids.AddRange(page.GetProperty("items").EnumerateArray().Select(RunCalls.Id));
                token = page.GetProperty("nextPageToken").ValueKind == JsonValueKind.Null ? null : $"&pageToken={page.Text("nextPageToken")}";
            }
            while (token is not null);

            Assert.True(ids.Count >= 5);
            Assert.Equal(ids.Count, ids.Distinct().Count());
        }
    }

    [Fact]
    public async Task Runs_are_found_by_the_verdict_with_which_they_ended()
    {
        var few = (await _http.Train(RunCalls.Lesson)).Id();
        var wild = (await _http.Train("""
            { "dataset": "noisy-sine", "target": "y", "validation": { "split": "random" }, "training": { "epochs": 5, "optimizer": "sgd", "learningRate": 10 } }
            """)).Id();

        var (inconclusive, diverged) = (await List("verdict=inconclusive"), await List("verdict=diverged&status=failed"));

        Assert.Contains(few, inconclusive.Select(RunCalls.Id));
        Assert.Equal([wild], diverged.Select(RunCalls.Id));
        Assert.All(inconclusive, run => Assert.Equal("inconclusive", run.GetProperty("verdict").Text("code")));
        Assert.Empty(await List("verdict=healthy&status=failed"));
    }

    [Fact]
    public async Task A_run_that_trains_is_listed_with_its_verdict_so_far()
    {
        var id = await _http.StartRun("""
            { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" }, "training": { "epochs": 1000000 }, "earlyStopping": null }
            """);
        await _http.Until(id, run => run.GetProperty("progress").GetProperty("epoch").GetInt32() > 20);

        var verdict = (await List("status=running")).Single(run => run.Id() == id).GetProperty("verdict");
        await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);

        Assert.True(verdict.GetProperty("provisional").GetBoolean());
        Assert.StartsWith("So far: ", verdict.Text("sentence"), StringComparison.Ordinal);
        await _http.Ended(id);
    }

    private async Task<JsonElement[]> List(string query) =>
        [.. (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs?{query}")).GetProperty("items").EnumerateArray()];
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Velodrome.Api.Tests.Runs;

public sealed class RunListTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Pages_contain_each_run_once_in_every_order()
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
                var next = page.GetProperty("nextPageToken").GetString();
                token = next is null ? null : $"&pageToken={next}";
            }
            while (token is not null);

            Assert.True(ids.Count >= 5);
            Assert.Equal(ids.Count, ids.Distinct().Count());
        }
    }

    [Fact]
    public async Task A_list_has_the_counts_of_row_numbers_and_a_run_has_the_numbers()
    {
        var run = await _http.Train(RunCalls.Lesson, json => json["validation"] = new JsonObject
        {
            ["split"] = "rows",
            ["rows"] = new JsonArray(6, 7),
        });

        var page = await _http.GetFromJsonAsync<JsonElement>("/api/v1/runs?pageSize=1000");
        var listed = page.GetProperty("items").EnumerateArray().Single(item => RunCalls.Id(item) == RunCalls.Id(run));

        Assert.Equal(JsonValueKind.Null, listed.GetProperty("spec").GetProperty("validation").GetProperty("rows").ValueKind);
        Assert.Equal(2, listed.GetProperty("split").GetProperty("validation").GetInt32());
        Assert.Equal(2, run.GetProperty("spec").GetProperty("validation").GetProperty("rows").GetArrayLength());
    }

    [Theory]
    [InlineData("newest", "bestValidationLoss")]
    [InlineData("bestValidationLoss", "oldest")]
    public async Task A_page_token_of_a_list_in_another_order_is_refused(string order, string other)
    {
        foreach (var seed in Enumerable.Range(0, 2))
        {
            await _http.Train(RunCalls.Lesson, json => json["training"] = new JsonObject { ["epochs"] = 2, ["seed"] = seed });
        }

        var page = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs?orderBy={order}&pageSize=1");
        var response = await _http.GetAsync($"/api/v1/runs?orderBy={other}&pageToken={page.Text("nextPageToken")}");

        Assert.Equal("invalidPageToken", (await Refused.Read(response, HttpStatusCode.BadRequest)).Code);
    }

    [Fact]
    public async Task Runs_are_found_by_their_verdict()
    {
        var twoRows = (await _http.Train(RunCalls.Lesson)).Id();
        var unstable = (await _http.Train("""
            { "dataset": "noisy-sine", "target": "y", "validation": { "split": "random" },
              "training": { "epochs": 5, "optimizer": "sgd", "learningRate": 10 } }
            """)).Id();

        var (inconclusive, diverged) = (await List("verdict=inconclusive"), await List("verdict=diverged&status=failed"));

        Assert.Contains(twoRows, inconclusive.Select(RunCalls.Id));
        Assert.Equal([unstable], diverged.Select(RunCalls.Id));
        Assert.All(inconclusive, run => Assert.Equal("inconclusive", run.GetProperty("verdict").Text("code")));
        Assert.Empty(await List("verdict=healthy&status=failed"));
    }

    [Fact]
    public async Task A_running_run_is_listed_with_its_provisional_verdict()
    {
        var id = await _http.StartRun(RunCalls.Endless);
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

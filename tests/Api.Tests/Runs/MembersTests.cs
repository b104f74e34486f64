using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Tests.Runs;

/// <summary>Runs of several networks.</summary>
public sealed class MembersTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task The_history_shows_each_network_on_request()
    {
        var run = await Train(members: 3);
        var alone = await Train(members: 1, seed: Ensemble.SeedOf(7, 2));

        var (plain, detailed, single) = (await History(run), await History(run, "?members=true"), await History(alone, "?members=true"));

        Assert.Equal(3, run.GetProperty("spec").GetProperty("training").GetProperty("members").GetInt32());
        Assert.All(plain.Concat(single), epoch => Assert.False(epoch.TryGetProperty("members", out _)));
        Assert.Equal(6, detailed.Count);
        for (var i = 0; i < detailed.Count; i++)
        {
            Assert.Equal(plain[i].GetProperty("validationLoss").GetDouble(), detailed[i].GetProperty("validationLoss").GetDouble());
            var last = detailed[i].GetProperty("members")[2];
            Assert.Equal(3, detailed[i].GetProperty("members").GetArrayLength());
            Assert.Equal(single[i].GetProperty("trainLoss").GetDouble(), last.GetProperty("trainLoss").GetDouble());
            Assert.Equal(single[i].GetProperty("validationLoss").GetDouble(), last.GetProperty("validationLoss").GetDouble());
        }
    }

    [Fact]
    public async Task The_history_as_csv_has_two_columns_for_each_network()
    {
        var run = await Train(members: 2);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{run.Id()}/history?members=true&maxPoints=3");
        request.Headers.Accept.ParseAdd("text/csv");

        var lines = (await (await _http.SendAsync(request)).Content.ReadAsStringAsync()).Split('\n');

        Assert.Equal("epoch,trainLoss,validationLoss,learningRate,seconds,trainLoss1,validationLoss1,trainLoss2,validationLoss2", lines[0]);
        Assert.Equal(9, lines[1].Split(',').Length);
        Assert.Equal(5, lines.Length); // a header, three epochs, and the end of the last line
    }

    [Fact]
    public async Task Predictions_say_on_request_how_much_the_networks_differ()
    {
        var id = (await Train(members: 3)).Id();

        var asked = await Predict(id, """{ "rows": [{ "hours": 3 }, { "hours": 9 }], "disagreement": true }""");
        var plain = await Predict(id, """{ "rows": [{ "hours": 3 }, { "hours": 9 }] }""");
        var file = await _http.PostAsync(
            $"/api/v1/runs/{id}/predictions?disagreement=true", new StringContent("hours\n3\n9\n", Encoding.UTF8, "text/csv"));
        var lines = (await file.Content.ReadAsStringAsync()).Split('\n');

        Assert.Equal("hours,prediction,low,high,disagreement,warnings", lines[0]);
        for (var row = 0; row < 2; row++)
        {
            var disagreement = asked[row].GetProperty("disagreement").GetDouble();
            Assert.True(disagreement > 0);
            Assert.Equal(asked[row].GetProperty("value").GetDouble(), plain[row].GetProperty("value").GetDouble());
            Assert.False(plain[row].TryGetProperty("disagreement", out _));
            Assert.Equal(disagreement, double.Parse(lines[row + 1].Split(',')[4], CultureInfo.InvariantCulture));
        }

        Assert.Equal(3, (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}/model")).GetProperty("members").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_single_network_has_no_disagreement(bool csv)
    {
        var id = (await Train(members: 1)).Id();

        using var response = csv
            ? await _http.PostAsync(
                $"/api/v1/runs/{id}/predictions?disagreement=true", new StringContent("hours\n3\n", Encoding.UTF8, "text/csv"))
            : await _http.Post($"/api/v1/runs/{id}/predictions", """{ "rows": [{ "hours": 3 }], "disagreement": true }""");

        var refused = await Refused.Read(response, HttpStatusCode.BadRequest);
        Assert.Equal(("notApplicable", "disagreement"), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task Three_epochs_continued_by_two_are_those_of_five()
    {
        var whole = await Train(members: 2, schedule: "constant");
        var first = await Train(members: 2, schedule: "constant", epochs: 3);
        using var continued = await _http.Post($"/api/v1/runs/{first.Id()}/continue", """{ "additionalEpochs": 2 }""");
        var id = JsonElement.Parse(await continued.Content.ReadAsStringAsync()).Id();
        await _http.Ended(id);

        Assert.Equal(Losses(await History(whole, "?members=true")), Losses(await History(id, "?members=true")));

        static string[] Losses(IEnumerable<JsonElement> epochs) => [.. epochs.Select(
            epoch => $"{epoch.GetProperty("trainLoss")} {epoch.GetProperty("validationLoss")} {epoch.GetProperty("members")}")];
    }

    private Task<JsonElement> Train(int members, int seed = 7, string schedule = "cosine", int epochs = 5) => _http.Train($$"""
        { "dataset": "study-hours", "target": "score", "validation": { "split": "last", "fraction": 0.25 }, "network": { "hidden": [8] },
          "training": { "epochs": {{epochs}}, "seed": {{seed}}, "members": {{members}}, "schedule": "{{schedule}}" } }
        """);

    private Task<IReadOnlyList<JsonElement>> History(JsonElement run, string query = "") => History(run.Id(), query);

    private async Task<IReadOnlyList<JsonElement>> History(long id, string query) =>
        [.. (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{id}/history{query}")).GetProperty("epochs").EnumerateArray()];

    private async Task<IReadOnlyList<JsonElement>> Predict(long id, string body)
    {
        using var response = await _http.Post($"/api/v1/runs/{id}/predictions", body);
        return [.. JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("predictions").EnumerateArray()];
    }
}

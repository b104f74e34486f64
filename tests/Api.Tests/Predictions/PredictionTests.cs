using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Predictions;

/// <summary>A service with one run that was trained on numbers, categories, booleans and missing values.</summary>
public sealed class TrainedApp : VelodromeApp, IAsyncLifetime
{
    public long Run { get; private set; }

    public async Task InitializeAsync()
    {
        var http = CreateClient();
        var csv = "size,city,garden,price\n" + string.Concat(Enumerable.Range(1, 60).Select(i =>
            $"{(i % 10 == 0 ? "" : $"{i}")},{(i % 3 == 0 ? "Bonn" : "Köln")},{(i % 2 == 0 ? "true" : "false")}," +
            $"{10 * i + (i % 3 == 0 ? 50 : 0)}\n"));
        await http.PostCsv("houses", csv);
        Run = (await http.Train("""
            { "dataset": "houses", "target": "price", "validation": { "split": "random" }, "training": { "epochs": 5 } }
            """)).Id();
    }

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;
}

public sealed class PredictionTests(TrainedApp app) : IClassFixture<TrainedApp>
{
    private readonly HttpClient _http = app.CreateClient();
    private readonly long _run = app.Run;

    [Fact]
    public async Task Columns_may_come_in_any_order_and_a_null_is_a_missing_value()
    {
        var rows = await Predict("""
            [
              { "size": 20, "city": "Bonn", "garden": true },
              { "garden": true, "city": "Bonn", "size": 20 },
              { "size": null, "city": null, "garden": null }
            ]
            """);

        Assert.Equal(rows[0].GetProperty("value").GetDouble(), rows[1].GetProperty("value").GetDouble());
        Assert.True(double.IsFinite(rows[2].GetProperty("value").GetDouble()));
        Assert.Equal(["imputed", "imputed", "imputed"], Warnings(rows[2]).Select(warning => warning.Text("code")));
    }

    [Fact]
    public async Task Values_that_training_did_not_show_have_warnings()
    {
        var warnings = Warnings((await Predict("""[{ "size": 1000, "city": "Trier", "garden": false }]"""))[0]);

        Assert.Equal(["outsideTrainingRange", "unseenCategory"], warnings.Select(warning => warning.Text("code")));
        Assert.Equal(1000, warnings[0].GetProperty("value").GetDouble());
        Assert.InRange(warnings[0].GetProperty("range")[1].GetDouble(), 40, 59);
        Assert.Equal("Trier", warnings[1].Text("value"));
    }

    [Theory]
    [InlineData("missingColumn", "rows[0].garden", """[{ "size": 1, "city": "Bonn" }]""")]
    [InlineData("missingColumn", "rows[1].size", """[{ "size": 1, "city": "Bonn", "garden": true }, { "city": "Bonn", "garden": true }]""")]
    [InlineData("unknownColumn", "rows[0].siez", """[{ "siez": 1, "city": "Bonn", "garden": true }]""")]
    [InlineData("wrongType", "rows[0].size", """[{ "size": "big", "city": "Bonn", "garden": true }]""")]
    [InlineData("wrongType", "rows[0].city", """[{ "size": 1, "city": ["Bonn"], "garden": true }]""")]
    [InlineData("wrongType", "rows[0].garden", """[{ "size": 1, "city": "Bonn", "garden": "yes" }]""")]
    [InlineData("outOfRange", "rows[0].size", """[{ "size": 1e300, "city": "Bonn", "garden": true }]""")]
    [InlineData("outOfRange", "rows[0].size", """[{ "size": 1e999, "city": "Bonn", "garden": true }]""")]
    [InlineData("wrongLength", "rows", "[]")]
    public async Task A_row_that_does_not_fit_the_model_is_refused_with_its_field(string code, string field, string rows)
    {
        var refused = await Refused.Read(await PostRows(_run, rows), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_list_without_its_name_is_refused_with_how_to_send_it()
    {
        var refused = await Refused.Read(await _http.PostAsync($"/api/v1/runs/{_run}/predictions", new StringContent(
            """[{ "size": 1, "city": "Bonn", "garden": true }]""", Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest);

        Assert.Equal("wrongType", refused.Code);
        Assert.Contains("""{ "rows": [...] }""", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_has_not_ended_cannot_predict()
    {
        var id = await _http.StartRun(RunCalls.Endless);

        var refused = await Refused.Read(await PostRows(id, """[{ "hours": 9 }]"""), HttpStatusCode.Conflict);

        Assert.Equal("runNotFinished", refused.Code);
        await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);
        Assert.Equal("cancelled", (await _http.Ended(id)).Text("status"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    public async Task A_level_outside_0_to_1_is_refused(double level)
    {
        var body = $$"""{ "rows": [{ "size": 1, "city": "Bonn", "garden": true }], "level": {{level}} }""";

        var refused = await Refused.Read(await _http.Post($"/api/v1/runs/{_run}/predictions", body), HttpStatusCode.BadRequest);

        Assert.Equal("outOfRange", refused.Code);
    }

    private static JsonElement[] Warnings(JsonElement prediction) => [.. prediction.GetProperty("warnings").EnumerateArray()];

    private Task<HttpResponseMessage> PostRows(long run, string rows) =>
        _http.Post($"/api/v1/runs/{run}/predictions", $$"""{ "rows": {{rows}} }""");

    private async Task<JsonElement[]> Predict(string rows) =>
        [.. (await (await PostRows(_run, rows)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("predictions").EnumerateArray()];
}

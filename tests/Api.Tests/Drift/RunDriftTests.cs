using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Runs;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Drift;

public sealed class RunDriftTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Rows_that_are_like_the_training_rows_do_not_move_and_others_do()
    {
        var run = await Train(_http, "moving");

        await Predict(_http, run, Csv(1, 100));
        var like = await Drift(_http, run);
        for (var size = 101; size <= 200; size++)
        {
            await Json(_http, run, size, "Ulm");
        }

        var other = await Drift(_http, run);

        Assert.Equal((0, 100), (like.GetProperty("moved").GetInt32(), RowsOf(like)));
        Assert.Equal((2, 200), (other.GetProperty("moved").GetInt32(), RowsOf(other)));
        Assert.Equal("the training rows", other.GetProperty("from").Text("contains"));
        Assert.True(other.GetProperty("since").GetDateTimeOffset() <= other.GetProperty("until").GetDateTimeOffset());
        var (size1, city) = (Column(other, "size"), Column(other, "city"));
        Assert.StartsWith("'size' moved up", size1.Text("sentence"), StringComparison.Ordinal);
        Assert.InRange(size1.GetProperty("outsideTraining").GetInt32(), 100, 102); // 100 may be a validation row
        Assert.Equal(100, city.GetProperty("outsideTraining").GetInt32());
        Assert.DoesNotContain("Ulm", other.ToString(), StringComparison.Ordinal); // only counts are kept
    }

    [Fact]
    public async Task Refused_rows_are_not_counted()
    {
        var run = await Train(_http, "refused");
        var good = await Predict(_http, run, Csv(1, 10));
        await Refused.Read(
            await _http.PostAsync($"/api/v1/runs/{run}/predictions", CsvContent(Csv(1, 10) + "big,Bonn,1\n")), HttpStatusCode.BadRequest);

        Assert.Equal(10, RowsOf(await Drift(_http, run)));
        Assert.Contains("prediction", good, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_predictions_and_unknown_runs_are_refused()
    {
        var run = await Train(_http, "silent");

        var silent = await Refused.Read(await _http.GetAsync($"/api/v1/runs/{run}/drift"), HttpStatusCode.Conflict);
        var unknown = await Refused.Read(await _http.GetAsync("/api/v1/runs/4040/drift"), HttpStatusCode.NotFound);

        Assert.Equal(("nothingToCompare", "runNotFound"), (silent.Code, unknown.Code));
        Assert.Contains($"/api/v1/runs/{run}/predictions", silent.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_survive_a_restart_and_go_on()
    {
        using var folder = new VelodromeApp();
        long run;
        using (var before = folder.WithWebHostBuilder(_ => { }))
        {
            run = await Train(before.CreateClient(), "restarted");
            await Predict(before.CreateClient(), run, Csv(1, 30));
        }

        var http = folder.CreateClient();
        await Predict(http, run, Csv(1, 20));

        Assert.Equal(50, RowsOf(await Drift(http, run)));
    }

    [Fact]
    public async Task Counts_are_stored_without_anybody_asking()
    {
        var run = await Train(_http, "stored");

        await Predict(_http, run, Csv(1, 10));

        await using var database = await app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContextAsync();
        await Wait.Until(
            () => database.PredictionInputs.AsNoTracking().Any(inputs => inputs.RunId == run && inputs.Rows == 10),
            () => "no counts are stored");
    }

    private static async Task<long> Train(HttpClient http, string name)
    {
        await http.PostCsv(name, Csv(1, 100));
        return (await http.Train($$"""
            { "dataset": "{{name}}", "target": "price", "validation": { "split": "random" }, "training": { "epochs": 2 } }
            """)).Id();
    }

    private static string Csv(int from, int to) => "size,city,price\n"
        + string.Concat(Enumerable.Range(from, to - from + 1).Select(i => $"{i},{(i % 2 == 0 ? "Bonn" : "Köln")},{10 * i}\n"));

    private static StringContent CsvContent(string csv) => new(csv, Encoding.UTF8, "text/csv");

    private static async Task<string> Predict(HttpClient http, long run, string csv)
    {
        using var response = await http.PostAsync($"/api/v1/runs/{run}/predictions", CsvContent(csv));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return text;
    }

    private static async Task Json(HttpClient http, long run, int size, string city)
    {
        using var response = await http.Post(
            $"/api/v1/runs/{run}/predictions", $$"""{ "rows": [{ "size": {{size}}, "city": "{{city}}" }] }""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static Task<JsonElement> Drift(HttpClient http, long run) => http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}/drift");

    private static int RowsOf(JsonElement drift) => drift.GetProperty("to").GetProperty("rows").GetInt32();

    private static JsonElement Column(JsonElement drift, string name) =>
        drift.GetProperty("columns").EnumerateArray().Single(column => column.Text("name") == name);
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Tests.Datasets;

namespace Velodrome.Api.Tests.Runs;

/// <summary>Numbers that a double can have and a network cannot compute with.</summary>
public sealed class ExtremeValueTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData(7, "\"validation\": { \"split\": \"rows\", \"rows\": [6, 7] }", "validation")]
    [InlineData(0, "\"validation\": { \"split\": \"rows\", \"rows\": [6, 7] }, \"test\": { \"split\": \"rows\", \"rows\": [0] }", "test")]
    public async Task A_fill_value_in_a_row_that_is_not_trained_on_is_a_warning(int row, string split, string part)
    {
        await Upload($"far-{part}", i => i == row ? "9.97e36" : $"0.00{i}");

        var run = await Train($"far-{part}", split);

        Assert.Equal("succeeded", run.Text("status"));
        Assert.InRange(run.GetProperty("evaluation").GetProperty(part).GetProperty("rmse").GetDouble(), 0, 100);
        var warning = Assert.Single(run.GetProperty("warnings").EnumerateArray(), found => found.Text("code") == "extremeValue");
        Assert.Equal("features[0]", warning.Text("field"));
        Assert.Contains($"9.97E+36 in {part} row {row}", warning.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, "\"validation\": { \"split\": \"rows\", \"rows\": [6, 7] }", "validation")]
    [InlineData(0, "\"validation\": { \"split\": \"rows\", \"rows\": [6, 7] }, \"test\": { \"split\": \"rows\", \"rows\": [0] }", "test")]
    public async Task A_target_too_far_from_the_training_rows_is_refused_before_training(int row, string split, string part)
    {
        await _http.PostCsv($"far-target-{part}",
            "x,y\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{i},{(i == row ? "9.97e36" : $"0.00{i}")}\n")));

        var refused = await Refused.Read(await Start($"far-target-{part}", split), HttpStatusCode.BadRequest);

        Assert.Equal(("extremeValue", part), (refused.Code, refused.Errors[0].Field));
        Assert.Contains("9.97E+36 in 'y'", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_whose_squares_underflow_is_refused_with_what_to_do()
    {
        await _http.PostCsv("tiny", "x,y\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{i},{i}e-200\n")));

        var refused = await Refused.Read(
            await Start("tiny", "\"validation\": { \"split\": \"random\" }"), HttpStatusCode.BadRequest);

        Assert.Equal(("extremeValue", "target"), (refused.Code, refused.Errors[0].Field));
        Assert.Contains("smaller unit", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prediction_far_outside_the_training_rows_is_a_number_with_a_warning_in_json_and_in_csv()
    {
        await Upload("narrow", i => $"0.0{i}");
        var id = (await Train("narrow", "\"validation\": { \"split\": \"last\" }")).Id();

        using var json = await _http.Post($"/api/v1/runs/{id}/predictions", """{ "rows": [{ "x": 0.01 }, { "x": 3e38 }] }""");
        using var csv = await _http.PostAsync($"/api/v1/runs/{id}/predictions",
            new StringContent("x\n0.01\n3e38\n", new MediaTypeHeaderValue("text/csv")));

        var prediction = (await json.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("predictions")[1];
        Assert.InRange(prediction.GetProperty("value").GetDouble(), -1000, 1000);
        Assert.Equal("outsideTrainingRange", prediction.GetProperty("warnings")[0].Text("code"));
        var line = (await csv.Content.ReadAsStringAsync()).Split('\n')[2];
        Assert.InRange(double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture), -1000, 1000);
        Assert.Contains("outsideTrainingRange:x", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.Epsilon)]
    [InlineData(1e-320)]
    [InlineData(1e-308)]
    [InlineData(1e-160)]
    [InlineData(1)]
    [InlineData(1e160)]
    [InlineData(1e300)]
    [InlineData(double.MaxValue)]
    public void Every_loss_has_a_place_on_the_axis(double loss)
    {
        double[] others = [0, 1e-322, 1e-160, 1, 1e300, double.MaxValue];
        foreach (var (other, log) in others.SelectMany(other => new[] { (other, false), (other, true) }))
        {
            var axis = LossAxis.ForLosses([loss, other], baseline: other, log);

            Assert.InRange(axis.Share(loss), 0, 1);
            Assert.InRange(axis.Share(other), 0, 1);
            Assert.All(axis.Ticks, tick => Assert.InRange(axis.Share(tick), 0, 1));
            Assert.All(axis.Ticks, tick => Assert.True(double.IsFinite(double.Parse(LossAxis.Label(tick), CultureInfo.InvariantCulture))));
        }
    }

    [Fact]
    public async Task A_run_with_tiny_losses_has_a_picture()
    {
        await _http.PostCsv("small", "x,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i}e-139\n")));
        var id = (await Train("small", "\"validation\": { \"split\": \"random\" }")).Id();

        Assert.NotNull(XDocument.Parse(await _http.GetStringAsync($"/api/v1/runs/{id}/curve.svg")).Root);
        Assert.NotNull(XDocument.Parse(await _http.GetStringAsync($"/api/v1/runs/{id}/curve.svg?log=true")).Root);
    }

    private Task<HttpResponseMessage> Upload(string name, Func<int, string> x) =>
        _http.PostCsv(name, "x,y\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{x(i)},{i}\n")));

    private async Task<JsonElement> Train(string dataset, string split)
    {
        using var started = await Start(dataset, split);
        return await _http.Ended((await started.Content.ReadFromJsonAsync<JsonElement>()).Id());
    }

    private Task<HttpResponseMessage> Start(string dataset, string split) => _http.Post("/api/v1/runs",
        $$"""{ "dataset": "{{dataset}}", "target": "y", {{split}}, "training": { "epochs": 5 } }""");
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Predictions;

public sealed class CsvPredictionTests(TrainedApp app) : IClassFixture<TrainedApp>
{
    private readonly HttpClient _http = app.CreateClient();
    private readonly long _run = app.Run;

    [Fact]
    public async Task A_file_has_the_same_predictions_as_json_rows()
    {
        var lines = await Predict("garden,id,city,size\ntrue,\"a, b\",Bonn,20\n,7,Trier,1000\n");
        using var json = await _http.Post($"/api/v1/runs/{_run}/predictions",
            """{ "rows": [{ "size": 20, "city": "Bonn", "garden": true }, { "size": 1000, "city": "Trier", "garden": null }] }""");
        var expected = JsonDocument.Parse(await json.Content.ReadAsStringAsync()).RootElement.GetProperty("predictions");

        Assert.Equal("garden,id,city,size,prediction,low,high,warnings", lines[0]);
        Assert.Equal($"true,\"a, b\",Bonn,20,{Numbers(expected[0])},", lines[1]);
        Assert.Equal($",7,Trier,1000,{Numbers(expected[1])},outsideTrainingRange:size unseenCategory:city imputed:garden", lines[2]);
        Assert.Equal([""], lines[3..]);
    }

    [Fact]
    public async Task Rows_of_many_blocks_stay_in_their_order()
    {
        const int Rows = 30_000;
        var lines = await Predict("size,city,garden\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => $"{i % 60},Bonn,true\n")));
        var once = lines[1..61].Select(line => line.Split(',')[3]).ToArray();

        Assert.Equal(Rows + 2, lines.Length);
        Assert.Equal(60, once.Distinct().Count());
        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal([$"{row % 60}", once[row % 60]], [lines[row + 1].Split(',')[0], lines[row + 1].Split(',')[3]]);
        }
    }

    [Fact]
    public async Task Classes_come_with_the_probability_of_each()
    {
        var run = (await _http.Train("""
            { "dataset": "iris", "target": "species", "validation": { "split": "stratified" }, "training": { "epochs": 5 } }
            """)).Id();
        var lines = await Predict("sepalLength,sepalWidth,petalLength,petalWidth\n5.1,3.5,1.4,0.2\n", run);

        Assert.Equal(
            "sepalLength,sepalWidth,petalLength,petalWidth,prediction," +
            "probability of setosa,probability of versicolor,probability of virginica,warnings",
            lines[0]);
        var cells = lines[1].Split(',');
        Assert.Equal("setosa", cells[4]);
        Assert.Equal(1, cells[5..8].Sum(cell => double.Parse(cell, CultureInfo.InvariantCulture)), 1e-5);
    }

    [Fact]
    public async Task The_level_is_a_query_parameter()
    {
        const string Csv = "size,city,garden\n20,Bonn,true\n";
        var (narrow, wide) = (await Predict(Csv, query: "?level=0.5"), await Predict(Csv, query: "?level=0.8"));

        Assert.True(Width(narrow[1]) < Width(wide[1]));

        static double Width(string line) => line.Split(',') is [_, _, _, _, var low, var high, _]
            ? double.Parse(high, CultureInfo.InvariantCulture) - double.Parse(low, CultureInfo.InvariantCulture)
            : 0;
    }

    [Theory]
    [InlineData("missingColumn", "garden", "size,city\n1,Bonn\n")]
    [InlineData("wrongType", "size", "size,city,garden\n1,Bonn,true\nbig,Bonn,true\n")]
    [InlineData("wrongType", "garden", "size,city,garden\n1,Bonn,7\n")]
    [InlineData("outOfRange", "size", "size,city,garden\n1e300,Bonn,true\n")]
    [InlineData("raggedRow", null, "size,city,garden\n1,Bonn\n")]
    [InlineData("noRows", null, "size,city,garden\n")]
    [InlineData("emptyBody", null, "")]
    public async Task A_file_that_does_not_fit_the_model_is_refused(string code, string? field, string csv)
    {
        var refused = await Refused.Read(await Post(csv), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_mistake_in_the_last_row_is_refused_with_its_line()
    {
        var csv = "size,city,garden\n" + string.Concat(Enumerable.Repeat("1,Bonn,true\n", 20_000)) + "1,Bonn,maybe\n";

        var refused = await Refused.Read(await Post(csv), HttpStatusCode.BadRequest);

        Assert.StartsWith("Line 20002, column 3 (garden): ", refused.Detail, StringComparison.Ordinal);
    }

    private static string Numbers(JsonElement prediction)
    {
        var interval = prediction.GetProperty("interval");
        return string.Join(',', new[] { prediction.GetProperty("value"), interval.GetProperty("low"), interval.GetProperty("high") }
            .Select(number => number.GetDouble().ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<string[]> Predict(string csv, long? run = null, string query = "")
    {
        using var answer = await Post(csv, run, query);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        return text.Split('\n');
    }

    private Task<HttpResponseMessage> Post(string csv, long? run = null, string query = "") =>
        _http.PostAsync($"/api/v1/runs/{run ?? _run}/predictions{query}", new StringContent(csv, new MediaTypeHeaderValue("text/csv")));
}

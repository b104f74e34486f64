using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Predictions;

/// <summary>A service with a run on a table whose every column is written in its own way.</summary>
public sealed class MixedTableApp : VelodromeApp, IAsyncLifetime
{
    public long Run { get; private set; }

    public async Task InitializeAsync()
    {
        var http = CreateClient();
        string[] works = [" Private", "State", "NA", "?"], zips = ["02134", "10001", "94103"];
        var csv = "age, work,zip,price,flag,when,y\n" + string.Concat(Enumerable.Range(1, 120).Select(i =>
            $"{(i % 9 == 0 ? "-" : $"{20 + i % 50}")},{works[i % 4]},{zips[i % 3]},\"${1 + i % 7},{i % 10}00\"," +
            $"{(i % 2 == 0 ? "Yes" : i % 3 == 0 ? "no" : "NO")},{1 + i % 28}/{1 + i % 12}/2024,{i % 50 + 10 * (i % 4)}\n"));
        await http.PostCsv("mixed", csv);
        Run = (await http.Train("""
            { "dataset": "mixed", "target": "y", "validation": { "split": "random" }, "training": { "epochs": 5 } }
            """)).Id();
    }

    Task IAsyncLifetime.DisposeAsync() => Task.CompletedTask;
}

/// <summary>An upload, a prediction in JSON and one in CSV read the same cells as the same values.</summary>
public sealed class OneReadingTests(MixedTableApp app) : IClassFixture<MixedTableApp>
{
    private static readonly string[] Columns = ["age", "work", "zip", "price", "flag", "when"];
    private static readonly string[] Usual = ["40", "Private", "02134", "$1,100", "Yes", "13/2/2024"];

    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData(0, "41", 41.0)]
    [InlineData(0, " 41 ", 41.0)]
    [InlineData(0, "-", null)]
    [InlineData(0, "", null)]
    [InlineData(0, "NaN", null)]
    [InlineData(1, " Private", "Private")]
    [InlineData(1, "Private", "Private")]
    [InlineData(1, "NA", null)]
    [InlineData(1, "?", null)]
    [InlineData(1, "", null)]
    [InlineData(1, "Unheard of", "Unheard of")]
    [InlineData(2, "02134", "02134")]
    [InlineData(2, "2134", "2134")]
    [InlineData(3, "$1,200", 1200.0)]
    [InlineData(3, "1200", 1200.0)]
    [InlineData(4, "YES", true)]
    [InlineData(4, "n", false)]
    [InlineData(4, "1", true)]
    [InlineData(5, "31/1/2024", "2024-01-31")]
    [InlineData(5, "2024-01-31", "2024-01-31")]
    public async Task A_cell_is_the_same_value_in_an_upload_in_json_and_in_csv(int column, string cell, object? expected)
    {
        var (json, csv) = (await PredictJson(column, JsonSerializer.Serialize(cell)), await PredictCsv(column, cell));

        Assert.Equal(json, csv);
        Assert.Equal(json, await PredictJson(column, ToJson(expected, column)));
        Assert.Equal(expected, await UploadedValue(column, cell));
    }

    [Theory]
    [InlineData(0, "old")]
    [InlineData(3, "€5")]
    [InlineData(4, "perhaps")]
    [InlineData(5, "1/31/2024")]
    public async Task A_cell_that_is_no_value_of_the_column_is_refused_in_json_and_in_csv(int column, string cell)
    {
        var json = await Refused.Read(await PostJson(column, JsonSerializer.Serialize(cell)), HttpStatusCode.BadRequest);
        var csv = await Refused.Read(await PostCsv(Csv(column, cell)), HttpStatusCode.BadRequest);

        Assert.Equal(("wrongType", "wrongType"), (json.Code, csv.Code));
    }

    [Theory]
    [InlineData("\uFEFFage, work ,zip,price,flag,when\n40,Private,02134,\"$1,100\",Yes,13/2/2024\n")]
    [InlineData("when,flag,price,zip,work,age\n13/2/2024,Yes,\"$1,100\",02134,Private,40\n")]
    [InlineData("age,work,zip,price,flag,when,y\n40,Private,02134,\"$1,100\",Yes,13/2/2024,7\n")]
    [InlineData("age;work;zip;price;flag;when\n40;Private;02134;$1,100;Yes;13/2/2024\n")]
    [InlineData("age\twork\tzip\tprice\tflag\twhen\n40\tPrivate\t02134\t$1,100\tYes\t13/2/2024\n")]
    [InlineData(",age,work,zip,price,flag,when\n0,40,Private,02134,\"$1,100\",Yes,13/2/2024\n")]
    public async Task A_file_may_come_in_another_dialect_and_order_with_the_target(string csv) =>
        Assert.Equal(await PredictJson(0, "40"), await PredictCsv(csv));

    [Fact]
    public async Task A_json_row_may_have_the_target_and_spaces_around_names()
    {
        var row = """{ " age": 40, " work": "Private", "zip": "02134", "price": 1100, "flag": true, "when": "2024-02-13", "y": 3 }""";

        var answer = await _http.Post($"/api/v1/runs/{app.Run}/predictions", $$"""{ "rows": [{{row}}] }""");

        Assert.Equal(await PredictJson(0, "40"), Value(await answer.Content.ReadFromJsonAsync<JsonElement>()));
    }

    private static string ToJson(object? value, int column) => column == 2 ? $"\"{value}\"" : JsonSerializer.Serialize(value);

    private static string Csv(int column, string cell) =>
        string.Join(',', Columns) + "\n" + string.Join(',', With(column, cell).Select(text => $"\"{text}\"")) + "\n";

    private static IEnumerable<string> With(int column, string cell) => Usual.Select((text, i) => i == column ? cell : text);

    private static double Value(JsonElement answer) => answer.GetProperty("predictions")[0].GetProperty("value").GetDouble();

    private Task<HttpResponseMessage> PostJson(int column, string value)
    {
        var members = Columns.Select((name, i) => $"\"{name}\": {(i == column ? value : JsonSerializer.Serialize(Usual[i]))}");
        return _http.Post($"/api/v1/runs/{app.Run}/predictions", $$"""{ "rows": [{ {{string.Join(", ", members)}} }] }""");
    }

    private Task<HttpResponseMessage> PostCsv(string csv) =>
        _http.PostAsync($"/api/v1/runs/{app.Run}/predictions", new StringContent(csv, new MediaTypeHeaderValue("text/csv")));

    private async Task<double> PredictJson(int column, string value)
    {
        var answer = await PostJson(column, value);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return Value(JsonDocument.Parse(text).RootElement);
    }

    private Task<double> PredictCsv(int column, string cell) => PredictCsv(Csv(column, cell));

    private async Task<double> PredictCsv(string csv)
    {
        var answer = await PostCsv(csv);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
        Assert.True(answer.StatusCode == HttpStatusCode.OK, lines[0]);
        var delimiter = lines[0].First(c => c is ',' or ';' or '\t');
        Assert.EndsWith($"prediction{delimiter}low{delimiter}high{delimiter}warnings", lines[0], StringComparison.Ordinal);
        return double.Parse(lines[1].Split(delimiter)[^4], CultureInfo.InvariantCulture); // from the end: a quoted cell may have commas
    }

    /// <summary>The value of the cell in an upload of the training rows and one more.</summary>
    private async Task<object?> UploadedValue(int column, string cell)
    {
        var csv = await _http.GetStringAsync("/api/v1/datasets/mixed/csv");
        var name = Guid.NewGuid().ToString("N");
        await _http.PostCsv(name, csv + string.Join(',', With(column, cell).Select(text => $"\"{text}\"")) + ",1\n");
        var rows = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/rows?offset=120");
        var value = rows.GetProperty("rows")[0].GetProperty(Columns[column]);
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String => value.GetString(),
            _ => value.GetBoolean(),
        };
    }
}

/// <summary>Answers as CSV.</summary>
public sealed class CsvAnswerTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Features_may_have_the_names_that_the_answer_adds()
    {
        await _http.PostCsv("prices", "open,high,low,prediction,close\n" + string.Concat(Enumerable.Range(1, 40).Select(i =>
            $"{i},{i + 1},{i - 1},{i % 5},{i * 2}\n")));
        var run = (await _http.Train("""
            { "dataset": "prices", "target": "close", "validation": { "split": "random" }, "training": { "epochs": 3 } }
            """)).Id();

        var lines = await Predict(run, "open,high,low,prediction,close\n3,4,2,3,6\n");

        Assert.Equal("open,high,low,prediction,close,prediction_2,low_2,high_2,warnings", lines[0]);
        Assert.StartsWith("3,4,2,3,6,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_a_spreadsheet_would_run_is_made_text_and_numbers_stay()
    {
        var run = (await _http.Train(RunCalls.Lesson)).Id();

        var lines = await Predict(run, "hours,=note,m,n\n-1.5,=1+1,+49 30,@x\n\"-2\",-,-5%,\"=HYPERLINK(\"\"http://x\"\")\"\n");

        Assert.StartsWith("hours,'=note,m,n,prediction", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("-1.5,'=1+1,'+49 30,'@x,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("-2,-,-5%,\"'=HYPERLINK(\"\"http://x\"\")\",", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blank_line_of_a_one_column_file_is_predicted_too()
    {
        var run = (await _http.Train(RunCalls.Lesson)).Id();

        var lines = await Predict(run, "hours\n1\n\n3\n");

        Assert.Equal(5, lines.Length); // header, three rows, and what follows the last line break
        Assert.Contains("imputed:hours", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_with_a_decimal_comma_is_answered_with_one()
    {
        await _http.PostCsv("komma", "x;y\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"{i},5;{2 * i},25\n")));
        var run = (await _http.Train("""
            { "dataset": "komma", "target": "y", "validation": { "split": "random" }, "training": { "epochs": 3 } }
            """)).Id();

        var cells = (await Predict(run, "x\n7,5\n"))[1].Split(';');

        Assert.Equal("7,5", cells[0]);
        Assert.Matches(@"^-?\d+,\d+$", cells[1]);
    }

    [Theory]
    [InlineData("application/x-ndjson", "{\"x\":7.125}\n{\"x\":1200}\n")]
    [InlineData("application/x-ndjson", "{\"x\":\"7,125\"}\n{\"x\":\"1.200\"}\n")]
    public async Task A_number_in_json_is_not_written_as_in_the_dataset_and_a_string_is(string mediaType, string rows)
    {
        await _http.PostCsv("tausend", "x;y\n" + string.Concat(Enumerable.Range(1, 40).Select(i => $"{i}.000,5;{2 * i},25\n")));
        var run = (await _http.Train("""
            { "dataset": "tausend", "target": "y", "validation": { "split": "random" }, "training": { "epochs": 3 } }
            """)).Id();
        var expected = (await Predict(run, "x\n7,125\n1.200\n"))[1..3].Select(line => line.Split(';')[1].Replace(',', '.'));

        var answers = await Predict(run, rows, mediaType);

        Assert.Equal(expected, answers.Where(line => line.Length > 0).Select(line =>
            JsonDocument.Parse(line).RootElement.GetProperty("prediction").GetRawText()));
    }

    private async Task<string[]> Predict(long run, string rows, string mediaType = "text/csv")
    {
        var answer = await _http.PostAsync(
            $"/api/v1/runs/{run}/predictions", new StringContent(rows, Encoding.UTF8, mediaType));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return text.Split('\n');
    }
}

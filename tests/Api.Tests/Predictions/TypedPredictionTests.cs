using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Parquet.Schema;
using Velodrome.Api.Tests.Datasets.Formats;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Predictions;

/// <summary>Files that have numbers, truth values and dates of their own, for a run on a table that writes them in its way.</summary>
public sealed class TypedPredictionTests(MixedTableApp app) : IClassFixture<MixedTableApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Values_of_parquet_are_those_of_json()
    {
        var json = await _http.Post($"/api/v1/runs/{app.Run}/predictions", """
            { "rows": [{ "age": 40, "work": "Private", "zip": "10001", "price": 1100.5, "flag": true, "when": "2024-02-13" }] }
            """);
        var expected = (await json.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("predictions")[0].GetProperty("value").GetDouble();

        var row = await Predict(Table(), "application/octet-stream", "json");

        Assert.Equal(expected, row.GetProperty("prediction").GetDouble());
        Assert.Equal("""["10001",1100.5,true,"2024-02-13"]""", JsonSerializer.Serialize(
            new[] { "zip", "price", "flag", "when" }.Select(name => row.GetProperty(name))));
    }

    [Fact]
    public async Task A_number_in_a_column_of_categories_is_answered_as_a_text()
    {
        var row = await Predict(
            """{ "age": 40, "work": "Private", "zip": 10001, "price": 1100.5, "flag": true, "when": "2024-02-13" }"""u8.ToArray(),
            "application/x-ndjson", "json");

        Assert.Equal("""["10001",1100.5]""", JsonSerializer.Serialize(new[] { row.GetProperty("zip"), row.GetProperty("price") }));
    }

    [Fact]
    public async Task Only_an_answer_as_csv_is_guarded_against_formulas()
    {
        var csv = Encoding.UTF8.GetBytes("age,work,zip,price,flag,when,note\n40,Private,10001,\"$1,100\",Yes,13/2/2024,=1+1\n");

        Assert.Equal("=1+1", (await Predict(csv, "text/csv", "json")).GetProperty("note").GetString());
        Assert.Contains(",'=1+1,", await (await Post(csv, "text/csv", "csv")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static byte[] Table()
    {
        var (work, zip, flag) = (new DataField<string>("work"), new DataField<string>("zip"), new DataField<bool>("flag"));
        var (age, price) = (new DataField<double>("age"), new DataField<double>("price"));
        var when = new DateTimeDataField("when", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis);
        return SampleFiles.Parquet([age, work, zip, price, flag, when], async group =>
        {
            await group.WriteAsync<double>(age, new double[] { 40 }.AsMemory());
            await group.WriteAsync(work, ["Private"]);
            await group.WriteAsync(zip, ["10001"]);
            await group.WriteAsync<double>(price, new[] { 1100.5 }.AsMemory());
            await group.WriteAsync<bool>(flag, new[] { true }.AsMemory());
            await group.WriteAsync<DateTime>(when, new[] { new DateTime(2024, 2, 13, 0, 0, 0, DateTimeKind.Utc) }.AsMemory());
        });
    }

    private async Task<JsonElement> Predict(byte[] file, string mediaType, string format)
    {
        var answer = await Post(file, mediaType, format);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement[0];
    }

    private Task<HttpResponseMessage> Post(byte[] file, string mediaType, string format) => _http.PostAsync(
        $"/api/v1/runs/{app.Run}/predictions?format={format}",
        new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } });
}

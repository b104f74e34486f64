using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Uploads as JSON rows that are larger than one read of the body.</summary>
public sealed class JsonRowsTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Rows_beyond_one_buffer_keep_their_order_and_their_values()
    {
        var texts = Enumerable.Range(0, 3_000)
            .Select(row => row % 100 == 0 ? new string('x', row * 50) : $"text {row}, \"quoted\" ü\n")
            .ToList();
        var json = JsonSerializer.Serialize(texts.Select((text, row) => new { row, text }));

        await _http.PostJson("many-rows", $"  {{ \"rows\" : {json} }} \n");

        var rows = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/many-rows/rows?offset=2000&limit=1000");
        Assert.Equal(
            texts.Select((text, row) => (row, text)).Skip(2000),
            rows.GetProperty("rows").EnumerateArray()
                .Select(row => (row.GetProperty("row").GetInt32(), row.GetProperty("text").GetString()!)));
    }

    [Fact]
    public async Task Empty_texts_are_a_warning()
    {
        await _http.PostJson("empty-texts", """[{ "a": 1, "b": "x" }, { "a": 2, "b": "" }, { "a": 3, "b": null }, { "a": 4 }]""");

        var dataset = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/empty-texts");

        var warning = Assert.Single(dataset.GetProperty("warnings").EnumerateArray());
        Assert.Equal("1 of 4 values of b is an empty text and counts as missing.", warning.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_mistake_far_into_the_body_is_reported_with_its_line()
    {
        var json = "[\n" + string.Concat(Enumerable.Repeat("{ \"a\": 1 },\n", 50_000)) + "{ a";

        var refused = await Refused.Read(await _http.PostJson("broken", json), HttpStatusCode.BadRequest);

        Assert.Equal("malformedJson", refused.Code);
        Assert.Contains("line 50002, column 3", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "rows": [{ "a": 1 }], "more": 1 }""", "wrongType")]
    [InlineData("""{ "more": 1, "rows": [{ "a": 1 }] }""", "wrongType")]
    [InlineData("""{ "rows": [{ "a": 1 }], "rows": [] }""", "wrongType")]
    [InlineData("""{ "rows": 5 }""", "wrongType")]
    [InlineData("{}", "wrongType")]
    [InlineData("""[{ "a": 1 }] [{ "a": 1 }]""", "malformedJson")]
    [InlineData("""{ "rows": [{ "a": 1 }]""", "malformedJson")]
    [InlineData("""[{ "a": 1 },]""", "malformedJson")]
    public async Task A_body_with_anything_but_rows_is_refused(string json, string code) =>
        Assert.Equal(code, (await Refused.Read(await _http.PostJson("broken", json), HttpStatusCode.BadRequest)).Code);

    [Fact]
    public async Task A_row_that_never_ends_is_refused()
    {
        var json = $"[{{ \"a\": \"{new string('x', 33 << 20)}\" }}]";

        var refused = await Refused.Read(await _http.PostJson("broken", json), HttpStatusCode.BadRequest);

        Assert.Equal("rowTooLong", refused.Code);
    }

    [Fact]
    public async Task Short_rows_of_many_columns_do_not_grow_beyond_the_limit()
    {
        using var small = app.WithWebHostBuilder(builder => builder
            .UseSetting("DataFolder", Path.Combine(app.DataFolder, "small")).UseSetting("MaxUploadMegabytes", "1"));
        var first = string.Join(", ", Enumerable.Range(0, 1_000).Select(column => $"\"c{column}\": 1"));
        var json = $"[{{ {first} }}{string.Concat(Enumerable.Repeat(", {}", 2_000))}]";

        var refused = await Refused.Read(await small.CreateClient().PostJson("grown", json), HttpStatusCode.RequestEntityTooLarge);

        Assert.True(Encoding.UTF8.GetByteCount(json) < 1 << 20);
        Assert.Equal("bodyTooLarge", refused.Code);
        Assert.Empty(Directory.GetFiles(Path.Combine(app.DataFolder, "small"), "*.upload"));
    }
}

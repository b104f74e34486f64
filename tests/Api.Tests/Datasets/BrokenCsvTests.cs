using System.Net;
using System.Text;

namespace Velodrome.Api.Tests.Datasets;

public sealed class BrokenCsvTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("raggedRow", null, "Line 3, column 3", "a,b\n1,2\n1,2,3\n")]
    [InlineData("raggedRow", null, "Line 4, column 2", "a,b\n1,\"2\n3\"\n1\n")] // a quoted line break counts as a line
    [InlineData("strayQuote", null, "Line 3, character 4", "a,b\n1,2\n3,x\"y\n")]
    [InlineData("strayQuote", null, "Line 3, character 6", "a,b\n1,2\n3,\"x\"y\n")]
    [InlineData("unclosedQuote", null, "Line 3", "a,b\n1,2\n3,\"x\n4,5\n")]
    [InlineData("raggedRow", null, "Line 4, column 3", "a;b\n1;2\n3;4\n1;2;3\n3;4\n5;6\n")]
    [InlineData("numberTooLarge", "b", "Line 3, column 2", "a,b\n1,2\n3,-1e39\n")]
    [InlineData("numberTooLarge", "b", "Line 2, column 2", "a,b\n1,1e999\n")]
    [InlineData("nulByte", null, "Line 2, column 2", "a,b\n1,\0\n")]
    [InlineData("noRows", null, "", "a,b\n\n")]
    [InlineData("emptyBody", null, "", "")]
    [InlineData("emptyBody", null, "", "\n\n")]
    public async Task A_broken_csv_is_refused_with_its_line_and_column(string code, string? field, string place, string csv)
    {
        var refused = await Refused.Read(await _http.PostCsv("broken", csv), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
        Assert.StartsWith(place, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'", "a,b\n1,2\n3,'x\n", "opens a single quote and never closes it")]
    [InlineData("'", "a,b\n1,2\n3,'x'y\n", "text follows a closing single quote.")]
    [InlineData("~", "a,b\n1,2\n3,x~y\n", "contains a quote (~). Put the whole value in quotes (~) and write")]
    [InlineData("'", "a,b\n1,2\n1,2,3\n", "contains the delimiter (comma) in single quotes.")]
    public async Task A_mistake_with_another_quote_names_it(string quote, string csv, string message)
    {
        var options = Uri.EscapeDataString($$"""{ "quote": "{{quote}}" }""");

        var refused = await Refused.Read(await _http.PostAsync(
            $"/api/v1/datasets/preview?options={options}", new StringContent(csv, Encoding.UTF8, "text/csv")), HttpStatusCode.BadRequest);

        Assert.Contains(message, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_name_has_at_most_200_characters()
    {
        var accepted = await _http.PostCsv("long-name", $"a,{new string('b', 200)}\n1,2\n");
        Assert.Equal(HttpStatusCode.Created, accepted.StatusCode);

        var refused = await Refused.Read(
            await _http.PostCsv("longer-name", $"a,{new string('b', 201)}\n1,2\n"), HttpStatusCode.BadRequest);

        Assert.Equal("headerTooLong", refused.Code);
        Assert.StartsWith("Line 1, column 2", refused.Detail, StringComparison.Ordinal);
        Assert.InRange(refused.Detail.Length, 1, 200);
    }

    [Fact]
    public async Task A_file_in_two_encodings_is_refused_with_both_lines()
    {
        byte[] csv = [.. "a,b\n1,ü\n"u8, .. Encoding.Latin1.GetBytes("2,café\n")];

        var refused = await Refused.Read(await _http.PostCsv("mixed", csv), HttpStatusCode.BadRequest);

        Assert.Equal("mixedEncodings", refused.Code);
        Assert.StartsWith("Line 2 has characters in UTF-8, but line 3 has the byte 0xE9", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_no_known_encoding_has_are_refused_with_their_line()
    {
        byte[] csv = [.. "a,b\n1,2\n3,"u8, 0x81, (byte)'\n'];

        var refused = await Refused.Read(await _http.PostCsv("unknown", csv), HttpStatusCode.BadRequest);

        Assert.Equal("notUtf8", refused.Code);
        Assert.StartsWith("Line 3", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Utf16_that_ends_within_a_character_is_refused()
    {
        byte[] csv = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n1,2\n"), 0x00, 0xD8, 0x41, 0x00];

        Assert.Equal("notUtf8", (await Refused.Read(await _http.PostCsv("utf16", csv), HttpStatusCode.BadRequest)).Code);
    }

    [Fact]
    public async Task More_than_10000_columns_are_refused()
    {
        var header = string.Join(',', Enumerable.Range(0, 10_001).Select(number => $"c{number}"));

        var refused = await Refused.Read(await _http.PostCsv("wide", header + "\n"), HttpStatusCode.BadRequest);

        Assert.Equal("tooManyColumns", refused.Code);
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_is_refused_before_the_whole_file_is_in_memory()
    {
        var csv = "a,b\n1,\"" + new string('x', 12 << 20);

        var refused = await Refused.Read(await _http.PostCsv("swallowed", csv), HttpStatusCode.BadRequest);

        Assert.Equal("rowTooLong", refused.Code);
        Assert.Contains("line 2", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_upload_leaves_nothing()
    {
        await _http.PostCsv("left", "a,b\n1\n");

        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("/api/v1/datasets/left")).StatusCode);
        Assert.Empty(Directory.GetFiles(app.DataFolder, "*.upload"));
    }
}

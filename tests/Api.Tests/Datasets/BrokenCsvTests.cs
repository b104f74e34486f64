using System.Net;
using System.Text;

namespace Velodrome.Api.Tests.Datasets;

public sealed class BrokenCsvTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("raggedRow", null, "Line 3, column 3", "a,b\n1,2\n1,2,3\n")]
    [InlineData("raggedRow", null, "Line 4, column 2", "a,b\n1,\"2\n3\"\n1\n")] // a quoted line break counts as a line
    [InlineData("duplicateHeader", "a", "Line 1, column 3", "a,b, a \n1,2,3\n")]
    [InlineData("emptyHeader", null, "Line 1, column 2", "a,\n1,2\n")]
    [InlineData("strayQuote", null, "Line 3, character 4", "a,b\n1,2\n3,x\"y\n")]
    [InlineData("strayQuote", null, "Line 3, character 6", "a,b\n1,2\n3,\"x\"y\n")]
    [InlineData("unclosedQuote", null, "Line 3", "a,b\n1,2\n3,\"x\n4,5\n")]
    [InlineData("delimiterNotComma", null, "Line 1, column 2", "a;b\n1;2\n")]
    [InlineData("delimiterNotComma", null, "Line 1, column 2", "a\tb\n1\t2\n")]
    [InlineData("numberTooLarge", "b", "Line 3, column 2", "a,b\n1,2\n3,-1e39\n")]
    [InlineData("numberTooLarge", "b", "Line 2, column 2", "a,b\n1,Infinity\n")]
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

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused_with_their_cell()
    {
        var csv = Encoding.Latin1.GetBytes("a,b\n1,2\n3,café\n");

        var refused = await Refused.Read(await _http.PostCsv("latin", csv), HttpStatusCode.BadRequest);

        Assert.Equal("notUtf8", refused.Code);
        Assert.StartsWith("Line 3, column 2", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Utf16_is_refused()
    {
        byte[] csv = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n1,2\n")];

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

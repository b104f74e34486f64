using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>A number of JSON or of a workbook keeps its value, whatever decimal mark texts have.</summary>
public sealed class TypedNumberTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string DecimalComma = """{"decimal":",","thousands":"."}""";
    private static int _datasets;

    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("""[{"a":1.234},{"a":2345.5}]""", DecimalComma, "1.234 2345.5")]
    [InlineData("""[{"a":1.234},{"a":"NA"}]""", DecimalComma, "1.234 null")]
    [InlineData("""[{"a":1.234},{"a":"12"}]""", DecimalComma, "1.234 12")]
    [InlineData("""[{"a":1.234,"b":"12,5"},{"a":2.345,"b":"1,75"}]""", "{}", "1.234 2.345")] // the marks of b are not those of a
    [InlineData("""[{"a":1.234},{"a":"2.5"}]""", "{}", "1.234 2.5")]
    [InlineData("""[{"a":7},{"a":"1.234,5"}]""", "{}", "7 1234.5")] // a whole number has no mark
    [InlineData("""[{"a":1.234,"zip":1},{"a":2.5,"zip":"x"}]""", """{"columns":{"a":{"decimal":","}}}""", "1.234 2.5")]
    public async Task A_json_number_has_a_decimal_point(string json, string options, string values) =>
        Assert.Equal(values, await Values(Encoding.UTF8.GetBytes(json), "application/json", options));

    [Theory]
    [InlineData("""<c><v>1.234</v></c>""", """<c><v>2345.5</v></c>""", "1.234 2345.5")]
    [InlineData("""<c><v>1.234</v></c>""", """<c t="str"><v>NA</v></c>""", "1.234 null")]
    public async Task A_number_of_a_sheet_has_a_decimal_point(string first, string second, string values)
    {
        var sheet = SampleFiles.Xlsx($"""<row><c t="str"><v>a</v></c></row><row>{first}</row><row>{second}</row>""");

        Assert.Equal(values, await Values(sheet, "application/octet-stream", DecimalComma));
    }

    [Theory]
    [InlineData("""[{"a":1.234},{"a":"1.234,5"}]""", "{}")]
    [InlineData("""[{"a":1.234},{"a":"2.345"}]""", DecimalComma)]
    public async Task Numbers_and_texts_with_different_decimal_marks_are_refused(string json, string options)
    {
        var refused = await Refused.Read(
            await Upload(Encoding.UTF8.GetBytes(json), "application/json", options, "refused"), HttpStatusCode.BadRequest);

        Assert.Equal(("mixedNumbers", "a"), (refused.Code, refused.Errors[0].Field));
    }

    private async Task<string> Values(byte[] file, string mediaType, string options)
    {
        var name = $"typed-{Interlocked.Increment(ref _datasets)}";
        var answer = await Upload(file, mediaType, options, name);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var rows = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/rows");
        return string.Join(' ', rows.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("a").GetRawText()));
    }

    private Task<HttpResponseMessage> Upload(byte[] file, string mediaType, string options, string name) => _http.PostAsync(
        $"/api/v1/datasets?name={name}&options={Uri.EscapeDataString(options)}",
        new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } });
}

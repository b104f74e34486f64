using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Problems;

/// <summary>Content types, encodings, and texts that are no Unicode.</summary>
public sealed class RequestFormatTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Run = """{ "dataset": "study-hours", "target": "score", "validation": { "split": "last" } }""";

    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("/api/v1/runs/1/predictions")]
    [InlineData("/api/v1/runs")]
    [InlineData("/api/v1/datasets?name=untyped")]
    public async Task A_body_without_a_content_type_is_refused(string path) =>
        await AssertRefused(await Post(path, Run, contentType: null), HttpStatusCode.UnsupportedMediaType, "unsupportedMediaType");

    [Theory]
    [InlineData("/api/v1/runs/1/predictions", "application/json, text/csv")]
    [InlineData("/api/v1/runs", "application/json")]
    public async Task A_type_that_is_not_read_is_refused_with_those_that_are(string path, string types)
    {
        var refused = await Refused.Read(await Post(path, "<a/>", "text/xml"), HttpStatusCode.UnsupportedMediaType);

        Assert.Equal("unsupportedMediaType", refused.Code);
        Assert.Contains($"Send the body as {types}", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prediction_without_body_and_content_type_is_refused() =>
        await AssertRefused(await _http.PostAsync("/api/v1/runs/1/predictions", null), HttpStatusCode.BadRequest, "emptyBody");

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json; charset=UTF8")]
    [InlineData("application/json;charset=us-ascii")]
    [InlineData("APPLICATION/JSON; x=\"y\"; charset=\"UTF-8\"")]
    public async Task Every_spelling_of_utf_8_is_read(string contentType) =>
        Assert.Equal(HttpStatusCode.Accepted, (await Post("/api/v1/runs", Run, contentType)).StatusCode);

    [Theory]
    [InlineData("application/json; charset=nope", "unsupportedCharset")]
    [InlineData("application/json; charset=utf-16", "unsupportedCharset")]
    [InlineData("application/json; charset=utf-8; charset=latin1", "unsupportedCharset")]
    [InlineData("application/json; charset=\"\"", "unsupportedCharset")]
    [InlineData("application/json; charset=", "unsupportedCharset")]
    [InlineData("application/json; charset", "unsupportedCharset")]
    [InlineData("nonsense", "unsupportedMediaType")]
    [InlineData("application/json, text/csv", "unsupportedMediaType")]
    public async Task Another_charset_and_a_malformed_content_type_are_refused(string contentType, string code) =>
        await AssertRefused(await Post("/api/v1/runs", Run, contentType), HttpStatusCode.UnsupportedMediaType, code);

    [Theory]
    [InlineData("/api/v1/runs", "application/json")]
    [InlineData("/api/v1/datasets?name=zipped", "text/csv")]
    public async Task A_body_in_another_compression_is_refused(string path, string contentType)
    {
        var response = await Post(path, Run, contentType, encoding: "compress");

        await AssertRefused(response, HttpStatusCode.UnsupportedMediaType, "unsupportedEncoding");
        Assert.Equal(["gzip, br, zstd, identity"], response.Headers.GetValues("Accept-Encoding"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task A_body_that_is_not_compressed_as_it_says_is_refused(string encoding) =>
        await AssertRefused(await Post("/api/v1/runs", Run, "application/json", encoding), HttpStatusCode.BadRequest, "brokenCompression");

    [Fact]
    public async Task A_byte_order_mark_before_json_is_ignored()
    {
        byte[] mark = [0xEF, 0xBB, 0xBF];

        using var rows = await Post("/api/v1/datasets?name=marked",
            [.. mark, .. """[{ "a": 1, "b": 2 }, { "a": 3, "b": 4 }]"""u8], "application/json");
        using var run = await Post("/api/v1/runs", [.. mark, .. Encoding.UTF8.GetBytes(Run)], "application/json");
        var faulty = await Refused.Read(
            await Post("/api/v1/runs", [.. mark, .. """{ "epochs": 1 }"""u8], "application/json"), HttpStatusCode.BadRequest);

        Assert.Equal(HttpStatusCode.Created, rows.StatusCode);
        Assert.Equal("a", (await rows.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("columns")[0].Text("name"));
        Assert.Equal(HttpStatusCode.Accepted, run.StatusCode);
        Assert.Equal(["epochs", "dataset", "target"], faulty.Errors.Select(error => error.Field));
    }

    public static TheoryData<byte[], string> InvalidTexts => new()
    {
        { [.. "{\""u8, 0xFF, .. "\": 1}"u8], "notUtf8" },
        { [.. "{\"dataset\": \""u8, 0xC3, .. "\"}"u8], "notUtf8" },
        { [.. "{\"dataset\": \""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], "notUtf8" }, // a surrogate as UTF-8
        { [.. """{ "\ud800": 1 }"""u8], "loneSurrogate" },
        { [.. """{ "dataset": "x\udc00y" }"""u8], "loneSurrogate" },
        { [.. """{ "dataset": "x\u0000y" }"""u8], "nulByte" },
        { [.. """{ "unknown": ["\u0000"] }"""u8], "nulByte" },
    };

    [Theory]
    [MemberData(nameof(InvalidTexts))]
    public async Task A_json_body_that_is_no_text_is_refused(byte[] body, string code) =>
        await AssertRefused(await Post("/api/v1/runs", body, "application/json"), HttpStatusCode.BadRequest, code);

    [Theory]
    [MemberData(nameof(InvalidTexts))]
    public async Task Json_rows_that_are_no_text_are_refused(byte[] row, string code) => await AssertRefused(
        await Post("/api/v1/datasets?name=no-text", [.. "[{ \"a\": 1 }, "u8, .. row, .. "]"u8], "application/json"),
        HttpStatusCode.BadRequest, code);

    [Theory]
    [InlineData("/api/v1/runs?name=a%00b")]
    [InlineData("/api/v1/runs?dataset=%00")]
    [InlineData("/api/v1/datasets?pageToken=%00")]
    [InlineData("/?%00=1")]
    public async Task U_0000_in_the_query_is_refused_on_every_database(string path) =>
        await AssertRefused(await _http.GetAsync(path), HttpStatusCode.BadRequest, "nulByte");

    [Theory]
    [InlineData("/api/v1/runs", """{ "dataset": "iris", "target": "species", "features": [null] }""", "features[0]")]
    [InlineData("/api/v1/runs/1/predictions", """{ "rows": [{ "hours": 1 }, null] }""", "rows[1]")]
    public async Task A_null_in_a_list_is_refused(string path, string body, string field)
    {
        var refused = await Refused.Read(await _http.Post(path, body), HttpStatusCode.BadRequest);

        Assert.Equal(("nullNotAllowed", field), (refused.Code, refused.Errors[0].Field));
    }

    private static async Task AssertRefused(HttpResponseMessage response, HttpStatusCode status, string code) =>
        Assert.Equal(code, (await Refused.Read(response, status)).Code);

    private Task<HttpResponseMessage> Post(string path, string body, string? contentType, string? encoding = null) =>
        Post(path, Encoding.UTF8.GetBytes(body), contentType, encoding);

    private Task<HttpResponseMessage> Post(string path, byte[] body, string? contentType, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return _http.PostAsync(path, content);
    }
}

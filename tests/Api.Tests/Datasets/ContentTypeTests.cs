using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Content types, names and compressions as clients send them.</summary>
public sealed class ContentTypeTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string File = "town,people\nKöln,1\nGent,2\n";

    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("text/csv; header=present; charset=utf-8", "utf-8")]
    [InlineData("text/plain", "utf-8")]
    [InlineData("application/csv", "utf-8")]
    [InlineData("application/vnd.ms-excel", "latin1")]
    [InlineData("application/octet-stream", "utf-8")]
    [InlineData("text/csv; charset=iso-8859-1", "latin1")]
    [InlineData("text/csv; charset=utf-8", "latin1")] // the client is wrong, and the bytes decide
    [InlineData("text/csv; charset=utf-16", "utf-16")]
    public async Task A_csv_is_read_under_every_type_that_clients_send(string type, string encoding)
    {
        var name = Guid.NewGuid().ToString("N");

        var answer = await Post(Encoding.GetEncoding(encoding).GetBytes(File), type, $"?name={name}");

        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var rows = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/rows");
        Assert.Equal("Köln", rows.GetProperty("rows")[0].GetProperty("town").GetString());
    }

    [Theory]
    [InlineData("attachment; filename=\"my table.csv\"", "my table")]
    [InlineData("attachment; filename=x.csv; filename*=UTF-8''H%C3%A4user%20%282%29.csv", "Häuser (2)")]
    public async Task The_file_name_in_the_content_disposition_is_the_name(string disposition, string name)
    {
        var content = new ByteArrayContent("a,b\n1,2\n"u8.ToArray());
        content.Headers.ContentType = new("application/octet-stream");
        content.Headers.TryAddWithoutValidation("Content-Disposition", disposition);

        var answer = await _http.PostAsync("/api/v1/datasets", content);

        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        Assert.Equal(name, (await _http.GetFromJsonAsync<JsonElement>(answer.Headers.Location)).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync(answer.Headers.Location)).StatusCode);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task A_compressed_body_is_decompressed(string encoding)
    {
        var run = """{ "dataset": "study-hours", "target": "score", "validation": { "split": "last" }, "training": { "epochs": 1 } }""";

        var table = await Post(Compress(Encoding.UTF8.GetBytes(File), encoding), "text/csv", $"?name={encoding}", encoding);
        var json = new ByteArrayContent(Compress(Encoding.UTF8.GetBytes(run), encoding));
        json.Headers.ContentType = new("application/json");
        json.Headers.ContentEncoding.Add(encoding);

        Assert.Equal(HttpStatusCode.Created, table.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _http.PostAsync("/api/v1/runs", json)).StatusCode);
    }

    [Theory]
    [InlineData("gzip", "/api/v1/datasets?name=bomb", "text/csv")]
    [InlineData("br", "/api/v1/datasets?name=bomb", "text/csv")]
    [InlineData("zstd", "/api/v1/datasets?name=bomb", "text/csv")]
    [InlineData("gzip", "/api/v1/runs", "application/json")]
    public async Task The_limit_counts_what_comes_out(string encoding, string path, string type)
    {
        using var small = app.WithWebHostBuilder(builder => builder
            .UseSetting("DataFolder", Path.Combine(app.DataFolder, Guid.NewGuid().ToString("N"))).UseSetting("MaxUploadMegabytes", "1")
            .UseSetting("MaxBodyMegabytes", "1"));
        var content = new ByteArrayContent(Compress(new byte[40 << 20], encoding));
        content.Headers.ContentType = new(type);
        content.Headers.ContentEncoding.Add(encoding);

        var answer = await small.CreateClient().PostAsync(path, content);

        Assert.Equal("bodyTooLarge", (await Refused.Read(answer, HttpStatusCode.RequestEntityTooLarge)).Code);
    }

    [Fact]
    public async Task An_old_workbook_is_refused_with_what_to_do()
    {
        byte[] workbook = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 1, 2, 3];
        var refused = await Refused.Read(
            await Post(workbook, "application/vnd.ms-excel", "?name=book"), HttpStatusCode.UnsupportedMediaType);

        Assert.Equal("unsupportedMediaType", refused.Code);
        Assert.Contains("Save it as .xlsx or CSV", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_type_that_is_not_taken_is_refused_with_those_that_are()
    {
        var refused = await Refused.Read(await Post("<a/>"u8.ToArray(), "text/xml", "?name=xml"), HttpStatusCode.UnsupportedMediaType);

        Assert.Contains("text/csv", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("multipart/form-data", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zstd_body_whose_window_is_too_large_is_refused()
    {
        var buffer = new MemoryStream();
        using (var compressed = new ZstdSharp.CompressionStream(buffer))
        {
            compressed.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_windowLog, 24);
            compressed.Write(Encoding.UTF8.GetBytes(File));
            compressed.Flush(); // the frame begins before its length is known, so that it names the window
        }

        var refused = await Refused.Read(
            await Post(buffer.ToArray(), "text/csv", "?name=window", "zstd"), HttpStatusCode.BadRequest);

        Assert.Equal("brokenCompression", refused.Code);
        Assert.Contains("window of at most 8 MiB", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", "/api/v1/datasets?name=cut")]
    [InlineData("br", "/api/v1/datasets?name=cut")]
    [InlineData("zstd", "/api/v1/datasets?name=cut")]
    [InlineData("gzip", "/api/v1/datasets/preview")]
    [InlineData("br", "/api/v1/datasets/preview")]
    public async Task A_compressed_body_that_is_cut_off_or_followed_by_other_bytes_is_refused(string encoding, string path)
    {
        var body = Compress(Encoding.UTF8.GetBytes(File), encoding);

        byte[][] wrong = [body[..^1], body[..^4], body[..(body.Length / 2)], [.. body, .. "\n\n"u8]];
        foreach (var bytes in wrong)
        {
            var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new("text/csv");
            content.Headers.ContentEncoding.Add(encoding);
            Assert.Equal("brokenCompression", (await Refused.Read(await _http.PostAsync(path, content), HttpStatusCode.BadRequest)).Code);
        }
    }

    [Fact]
    public async Task A_text_that_is_said_to_be_brotli_is_refused() => Assert.Equal("brokenCompression",
        (await Refused.Read(await Post("hello"u8.ToArray(), "text/csv", "?name=hello", "br"), HttpStatusCode.BadRequest)).Code);

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        var buffer = new MemoryStream();
        using (Stream compressed = encoding switch
        {
            "gzip" => new GZipStream(buffer, CompressionMode.Compress),
            "br" => new BrotliStream(buffer, CompressionMode.Compress),
            _ => new ZstdSharp.CompressionStream(buffer),
        })
        {
            compressed.Write(bytes);
        }

        return buffer.ToArray();
    }

    private Task<HttpResponseMessage> Post(byte[] body, string type, string query, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return _http.PostAsync($"/api/v1/datasets{query}", content);
    }
}

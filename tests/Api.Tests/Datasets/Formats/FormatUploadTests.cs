using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Datasets.Formats;

public sealed class FormatUploadTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("csv", "application/octet-stream")]
    [InlineData("ndjson", "application/x-ndjson")]
    [InlineData("ndjson", "application/octet-stream")]
    [InlineData("parquet", "application/vnd.apache.parquet")]
    [InlineData("parquet-gzip", "application/octet-stream")]
    [InlineData("parquet-zstd", "application/octet-stream")]
    [InlineData("parquet-none", "application/octet-stream")]
    [InlineData("arrow", "application/vnd.apache.arrow.file")]
    [InlineData("arrow-stream", "application/vnd.apache.arrow.stream")]
    [InlineData("arrow-lz4", "application/octet-stream")]
    [InlineData("arrow-zstd", "application/octet-stream")]
    [InlineData("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [InlineData("csv.gz", "application/gzip")]
    [InlineData("ndjson.gz", "application/gzip")]
    [InlineData("csv.zip", "application/zip")]
    [InlineData("parquet.zip", "application/zip")]
    [InlineData("xlsx.gz", "application/gzip")]
    public async Task The_same_table_in_any_format_is_the_same_dataset(string format, string mediaType)
    {
        var name = $"same-{format}-{mediaType.Length}";
        var profile = await Upload(name, SampleFiles.Of(format), mediaType);

        Assert.Equal(["Number", "Category", "Boolean"], Kinds(profile));
        Assert.Equal(
            """[{"size":1.5,"city":"Bonn","garden":true},{"size":null,"city":"Trier","garden":false},""" +
            """{"size":1E-05,"city":"a, b","garden":null},{"size":7,"city":null,"garden":true}]""",
            await Rows(name));
    }

    [Theory]
    [InlineData("table.parquet", "parquet")]
    [InlineData("table.v1.xlsx", "xlsx")]
    [InlineData("table.csv.gz", "csv.gz")]
    [InlineData("table.jsonl", "ndjson")]
    public async Task A_file_of_a_form_is_read_by_its_content_and_name(string fileName, string format)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(SampleFiles.Of(format)), "file", "form-" + fileName } };
        var answer = await _http.PostAsync("/api/v1/datasets", form);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var stored = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(
            "form-table" + (fileName.Contains(".v1", StringComparison.Ordinal) ? ".v1" : ""), stored.GetProperty("name").GetString());
        Assert.Equal(4, stored.GetProperty("rows").GetInt32());
        await _http.DeleteAsync($"/api/v1/datasets/{stored.GetProperty("name").GetString()}");
    }

    [Fact]
    public async Task The_name_of_a_body_comes_from_its_disposition()
    {
        var content = Content(SampleFiles.Of("ndjson"), "application/octet-stream");
        content.Headers.ContentDisposition = new("attachment") { FileName = "measured.ndjson" };
        var answer = await _http.PostAsync("/api/v1/datasets", content);

        Assert.Equal("/api/v1/datasets/measured", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_file_that_is_not_what_its_sender_says_is_read_with_a_warning()
    {
        var profile = await Upload("said-csv", SampleFiles.Parquet(), "text/csv");

        Assert.Contains("otherFormat", Warnings(profile));
    }

    [Theory]
    [InlineData("malformedFile", "application/vnd.apache.parquet", "a,b\n1,2\n")]
    [InlineData("malformedFile", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a,b\n1,2\n")]
    [InlineData("emptyBody", "application/vnd.apache.parquet", "")]
    [InlineData("malformedJson", "application/x-ndjson", "{\"a\":1}\n{\"a\":}\n")]
    [InlineData("malformedJson", "application/x-ndjson", "{\"a\":1} {\"a\":2}\n")]
    [InlineData("unknownColumn", "application/x-ndjson", "{\"a\":1}\n{\"b\":2}\n")]
    [InlineData("nestedValue", "application/x-ndjson", "{\"a\":[1]}\n")]
    [InlineData("wrongType", "application/x-ndjson", "[1]\n")]
    [InlineData("emptyBody", "application/x-ndjson", "\n \n")]
    [InlineData("malformedFile", "application/octet-stream", "PAR1 and nothing else")]
    [InlineData("malformedFile", "application/octet-stream", "ARROW1 and nothing else")]
    [InlineData("malformedFile", "application/octet-stream", "PK\u0003\u0004 and nothing else")]
    [InlineData("malformedFile", "application/octet-stream", "\u001F\u008B and nothing else")]
    public async Task A_file_that_is_no_table_of_its_format_is_refused(string code, string mediaType, string text)
    {
        var refused = await Refuse(Encoding.Latin1.GetBytes(text), mediaType);

        Assert.Equal(code, refused.Code);
    }

    [Theory]
    [InlineData("FEA1....")]
    [InlineData("\u0028\u00B5\u002F\u00FD....")]
    [InlineData("BZh9....")]
    public async Task A_format_that_is_known_but_not_read_is_named(string start)
    {
        var answer = await _http.PostAsync("/api/v1/datasets?name=x", Content(Encoding.Latin1.GetBytes(start), "application/octet-stream"));

        Assert.Equal("unsupportedMediaType", (await Refused.Read(answer, HttpStatusCode.UnsupportedMediaType)).Code);
    }

    [Fact]
    public async Task The_line_of_a_mistake_in_ndjson_is_named()
    {
        var refused = await Refuse("{\"a\":1}\n\n{\"a\":x}\n"u8.ToArray(), "application/x-ndjson");

        Assert.Contains("line 3, column 6", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_of_ten_files_is_refused()
    {
        var zip = SampleFiles.Zip([.. Enumerable.Range(0, 10).Select(number => ($"{number}.csv", SampleFiles.Of("csv")))]);
        var refused = await Refuse(zip, "application/zip");

        Assert.Equal("tooManyFiles", refused.Code);
        Assert.Contains("10 files, such as 0.csv and 1.csv", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_without_a_file_is_refused() =>
        Assert.Equal("tooManyFiles", (await Refuse(SampleFiles.Zip(("folder/", [])), "application/zip")).Code);

    [Theory]
    [InlineData("csv.gz")]
    [InlineData("csv.zip")]
    public async Task A_file_that_is_compressed_twice_is_refused(string inner)
    {
        var refused = await Refuse(SampleFiles.Gzip(SampleFiles.Of(inner)), "application/gzip");

        Assert.Equal("malformedFile", refused.Code);
    }

    [Fact]
    public async Task An_encrypted_zip_is_refused()
    {
        var zip = SampleFiles.Of("csv.zip");
        for (var at = 0; at < zip.Length - 10; at++)
        {
            if (zip.AsSpan(at).StartsWith("PK\u0003\u0004"u8))
            {
                zip[at + 6] |= 1; // the general purpose flag of the file
            }
            else if (zip.AsSpan(at).StartsWith("PK\u0001\u0002"u8))
            {
                zip[at + 8] |= 1; // and of the directory
            }
        }

        Assert.Equal("encryptedFile", (await Refuse(zip, "application/zip")).Code);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zip")]
    [InlineData("zip that lies")]
    [InlineData("xlsx")]
    public async Task A_small_file_that_expands_to_more_than_the_limit_is_refused(string kind)
    {
        using var small = app.WithWebHostBuilder(builder => builder
            .UseSetting("DataFolder", Path.Combine(app.DataFolder, $"bomb-{kind.Replace(' ', '-')}"))
            .UseSetting("MaxUploadMegabytes", "1"));
        var zeros = new byte[(1 << 20) + 1];
        var bomb = kind switch
        {
            "gzip" => SampleFiles.Gzip(zeros),
            "xlsx" => SampleFiles.Xlsx(string.Concat(Enumerable.Repeat(new string(' ', 100_000) + "<x/>", 100))),
            _ => SampleFiles.Zip(("a.csv", zeros)),
        };
        if (kind == "zip that lies")
        {
            var directory = bomb.AsSpan().IndexOf("PK\u0001\u0002"u8);
            BitConverter.TryWriteBytes(bomb.AsSpan(directory + 24), 10);
        }

        Assert.InRange(bomb.Length, 0, 100_000);
        var answer = await small.CreateClient().PostAsync("/api/v1/datasets?name=x", Content(bomb, "application/octet-stream"));

        var status = kind == "zip that lies" ? HttpStatusCode.BadRequest : HttpStatusCode.RequestEntityTooLarge;
        Assert.Equal(kind == "zip that lies" ? "malformedFile" : "bodyTooLarge", (await Refused.Read(answer, status)).Code);
    }

    private async Task<JsonElement> Upload(string name, byte[] bytes, string mediaType)
    {
        var answer = await _http.PostAsync($"/api/v1/datasets?name={name}", Content(bytes, mediaType));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<string> Rows(string name)
    {
        var answer = JsonDocument.Parse(await _http.GetStringAsync($"/api/v1/datasets/{name}/rows")).RootElement;
        return answer.GetProperty("rows").GetRawText();
    }

    private async Task<Refused> Refuse(byte[] bytes, string mediaType) =>
        await Refused.Read(await _http.PostAsync("/api/v1/datasets?name=x", Content(bytes, mediaType)), HttpStatusCode.BadRequest);

    private static string[] Kinds(JsonElement profile) =>
        [.. profile.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("kind").GetString()![..1].ToUpperInvariant()
            + column.GetProperty("kind").GetString()![1..])];

    private static string?[] Warnings(JsonElement profile) =>
        [.. profile.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("code").GetString())];

    private static ByteArrayContent Content(byte[] bytes, string mediaType) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
}

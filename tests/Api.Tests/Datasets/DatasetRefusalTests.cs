using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Datasets;

public sealed class DatasetRefusalTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("malformedJson", null, """[{ "a": 1 },""")]
    [InlineData("malformedJson", null, """[{ "a": NaN }]""")]
    [InlineData("wrongType", null, "5")]
    [InlineData("wrongType", null, """{ "row": [] }""")]
    [InlineData("wrongType", "rows[1]", """[{ "a": 1 }, 2]""")]
    [InlineData("nestedValue", "rows[1].a", """[{ "a": 1 }, { "a": [1] }]""")]
    [InlineData("unknownColumn", "rows[1].hour", """[{ "hours": 1 }, { "hour": 2 }]""")]
    [InlineData("duplicateField", "rows[0].a", """[{ "a": 1, "a": 2 }]""")]
    [InlineData("numberTooLarge", "rows[0].a", """[{ "a": 1e999 }]""")]
    [InlineData("noColumns", "rows[0]", "[{}]")]
    [InlineData("noRows", null, "[]")]
    [InlineData("emptyBody", null, "")]
    public async Task Json_that_is_not_a_table_is_refused(string code, string? field, string json)
    {
        var refused = await Refused.Read(await _http.PostJson("broken", json), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-starts-with-hyphen")]
    [InlineData(" starts-with-space")]
    [InlineData("ends-with-space ")]
    [InlineData("a/b")]
    [InlineData("line\n")]
    public async Task A_name_that_is_no_file_name_is_refused(string name)
    {
        var refused = await Refused.Read(await _http.PostCsv(name, "a\n1\n"), HttpStatusCode.BadRequest);

        Assert.Equal(("invalidName", "name"), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_name_of_more_than_100_characters_is_refused()
    {
        var refused = await Refused.Read(await _http.PostCsv(new string('a', 101), "a\n1\n"), HttpStatusCode.BadRequest);

        Assert.Equal("invalidName", refused.Code);
    }

    [Fact]
    public async Task A_csv_without_a_name_is_refused()
    {
        var csv = new StringContent("a\n1\n", Encoding.UTF8, "text/csv");

        var refused = await Refused.Read(await _http.PostAsync("/api/v1/datasets", csv), HttpStatusCode.BadRequest);

        Assert.Equal(("missingField", "name"), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_name_that_another_dataset_has_is_refused()
    {
        var refused = await Refused.Read(await _http.PostCsv("iris", "a\n1\n"), HttpStatusCode.Conflict);

        Assert.Equal(("datasetExists", "name"), (refused.Code, refused.Errors[0].Field));
    }

    [Theory]
    [InlineData("GET", "irs")]
    [InlineData("GET", "irs/rows")]
    [InlineData("GET", "irs/csv")]
    [InlineData("DELETE", "irs")]
    public async Task An_unknown_dataset_is_refused_with_a_similar_name(string method, string path)
    {
        var response = await _http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/datasets/{path}"));
        var refused = await Refused.Read(response, HttpStatusCode.NotFound);

        Assert.Equal("datasetNotFound", refused.Code);
        Assert.Contains("Did you mean 'iris'?", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?pageSize=0", "outOfRange", "pageSize")]
    [InlineData("?pageSize=ten", "wrongType", "pageSize")]
    [InlineData("?pageToken=x", "invalidPageToken", "pageToken")]
    [InlineData("/iris/rows?limit=1001", "outOfRange", "limit")]
    [InlineData("/iris/rows?offset=-1", "outOfRange", "offset")]
    public async Task A_query_out_of_range_is_refused(string query, string code, string field)
    {
        var refused = await Refused.Read(await _http.GetAsync($"/api/v1/datasets{query}"), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_form_without_a_file_is_refused()
    {
        using var form = new MultipartFormDataContent { { new StringContent("x"), "name" } };
        var refused = await Refused.Read(await _http.PostAsync("/api/v1/datasets", form), HttpStatusCode.BadRequest);

        Assert.Equal(("missingField", "file"), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_form_that_ends_early_is_refused()
    {
        var form = new StringContent("--b\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\na,b\n1,2\n");
        form.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };

        var refused = await Refused.Read(await _http.PostAsync("/api/v1/datasets", form), HttpStatusCode.BadRequest);

        Assert.Equal("malformedForm", refused.Code);
    }

    [Theory]
    [InlineData("text/xml")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type)
    {
        var content = new ByteArrayContent("a\n1\n"u8.ToArray());
        content.Headers.ContentType = type is null ? null : new(type);

        var answer = await _http.PostAsync("/api/v1/datasets?name=x", content);

        Assert.Equal("unsupportedMediaType", (await Refused.Read(answer, HttpStatusCode.UnsupportedMediaType)).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dataset_over_the_limit_is_refused_with_and_without_a_content_length(bool hasContentLength)
    {
        using var small = app.WithWebHostBuilder(builder => builder
            .UseSetting("DataFolder", Path.Combine(app.DataFolder, $"small{hasContentLength}"))
            .UseSetting("MaxUploadMegabytes", "1"));
        var content = new StreamContent(new MemoryStream(new byte[(1 << 20) + 1]));
        content.Headers.ContentType = new("text/csv");
        content.Headers.ContentLength = hasContentLength ? (1 << 20) + 1 : null;

        var answer = await small.CreateClient().PostAsync("/api/v1/datasets?name=x", content);

        Assert.Equal("bodyTooLarge", (await Refused.Read(answer, HttpStatusCode.RequestEntityTooLarge)).Code);
    }
}

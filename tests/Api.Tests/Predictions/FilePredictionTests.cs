using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Datasets.Formats;

namespace Velodrome.Api.Tests.Predictions;

/// <summary>Predictions of files of other formats than CSV.</summary>
public sealed class FilePredictionTests(TrainedApp app) : IClassFixture<TrainedApp>
{
    private readonly HttpClient _http = app.CreateClient();
    private readonly string _path = $"/api/v1/runs/{app.Run}/predictions";

    [Theory]
    [InlineData("ndjson", "application/x-ndjson", "application/x-ndjson")]
    [InlineData("parquet", "application/octet-stream", "application/vnd.apache.parquet")]
    [InlineData("arrow-stream", "application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.file")]
    [InlineData("xlsx", "application/octet-stream", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [InlineData("csv.gz", "application/gzip", "text/csv")]
    [InlineData("parquet.zip", "application/zip", "application/vnd.apache.parquet")]
    public async Task A_file_is_answered_in_its_format_with_the_predictions_of_its_rows(string format, string mediaType, string answered)
    {
        var expected = Json(await Post(SampleFiles.Of("csv"), "text/csv", "?format=json"));
        var answer = await Post(SampleFiles.Of(format), mediaType);
        Assert.Equal(answered, answer.Content.Headers.ContentType?.MediaType);

        // The answer, as a dataset, has the same rows.
        var name = $"predicted-{format}";
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var stored = await _http.PostAsync($"/api/v1/datasets?name={name}", Content(bytes, answered));
        Assert.True(stored.StatusCode == HttpStatusCode.Created, await stored.Content.ReadAsStringAsync());
        Assert.Equal(await expected, await _http.GetStringAsync($"/api/v1/datasets/{name}/json"));
    }

    [Theory]
    [InlineData("?format=parquet", null, "application/vnd.apache.parquet")]
    [InlineData("", "application/vnd.apache.parquet", "application/vnd.apache.parquet")]
    [InlineData("", "text/html, application/x-ndjson;q=0.5, text/csv;q=0.1", "application/x-ndjson")]
    [InlineData("?format=csv", "application/x-ndjson", "text/csv")]
    [InlineData("", "*/*", "text/csv")]
    public async Task Another_format_can_be_asked_for(string query, string? accept, string answered)
    {
        var answer = await Post(SampleFiles.Of("csv"), "text/csv", query, accept);

        Assert.Equal((HttpStatusCode.OK, answered), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task An_unknown_format_is_refused() => Assert.Equal("unknownValue",
        (await Refused.Read(await Post(SampleFiles.Of("csv"), "text/csv", "?format=pdf"), HttpStatusCode.BadRequest)).Code);

    [Fact]
    public async Task A_sheet_of_another_format_is_refused() => Assert.Equal("notApplicable",
        (await Refused.Read(await Post(SampleFiles.Of("csv"), "text/csv", "?sheet=a"), HttpStatusCode.BadRequest)).Code);

    [Fact]
    public async Task A_damaged_file_is_refused() => Assert.Equal("malformedFile",
        (await Refused.Read(await Post(SampleFiles.Parquet()[..^20], "application/octet-stream"), HttpStatusCode.BadRequest)).Code);

    private async Task<HttpResponseMessage> Post(byte[] file, string mediaType, string query = "", string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _path + query) { Content = Content(file, mediaType) };
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return await _http.SendAsync(request);
    }

    private static async Task<string> Json(HttpResponseMessage answer)
    {
        var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync());
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Equal(4, JsonDocument.Parse(text).RootElement.GetArrayLength());
        return text;
    }

    private static ByteArrayContent Content(byte[] bytes, string mediaType) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
}

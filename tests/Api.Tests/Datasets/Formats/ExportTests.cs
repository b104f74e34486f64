using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets.Formats;

public sealed class ExportTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Table =
        "size,city,garden\n1.5,=A1,true\n,\"a, b\"\"c\",false\n1E-300,,\n0.1,Köln \u0001,true\n2,\"a\r\nb\n_x000D_\",false\n";

    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("json", "application/json")]
    [InlineData("ndjson", "application/x-ndjson")]
    [InlineData("parquet", "application/vnd.apache.parquet")]
    [InlineData("arrow", "application/vnd.apache.arrow.file")]
    [InlineData("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    public async Task A_download_that_is_uploaded_again_has_the_same_rows(string format, string mediaType)
    {
        await _http.PostCsv("out", Table);
        var answer = await _http.GetAsync($"/api/v1/datasets/out/{format}");
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        Assert.Equal((mediaType, $"out.{format}"),
            (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName));
        var again = await _http.PostAsync($"/api/v1/datasets?name=again-{format}",
            new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } });
        Assert.True(again.StatusCode == HttpStatusCode.Created, await again.Content.ReadAsStringAsync());
        Assert.Equal(await Rows("out"), await Rows($"again-{format}"));
    }

    [Fact]
    public async Task Json_has_numbers_booleans_texts_and_nulls()
    {
        await _http.PostCsv("typed", "a,b,c\n1,x,true\n,,\n");

        Assert.Equal("""[{"a":1,"b":"x","c":true},{"a":null,"b":null,"c":null}]""",
            await _http.GetStringAsync("/api/v1/datasets/typed/json"));
        Assert.Equal("{\"a\":1,\"b\":\"x\",\"c\":true}\n{\"a\":null,\"b\":null,\"c\":null}\n",
            await _http.GetStringAsync("/api/v1/datasets/typed/ndjson"));
    }

    [Fact]
    public async Task A_text_that_fits_no_cell_of_a_sheet_is_refused()
    {
        await _http.PostCsv("long", $"a\n{new string('x', 40_000)}\n");
        var refused = await Refused.Read(await _http.GetAsync("/api/v1/datasets/long/xlsx"), HttpStatusCode.BadRequest);

        Assert.Equal("tooLargeForFormat", refused.Code);
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("json")]
    public async Task An_unknown_dataset_is_refused(string format) => Assert.Equal("datasetNotFound",
        (await Refused.Read(await _http.GetAsync($"/api/v1/datasets/none/{format}"), HttpStatusCode.NotFound)).Code);

    private async Task<string> Rows(string name) =>
        JsonDocument.Parse(await _http.GetStringAsync($"/api/v1/datasets/{name}/rows")).RootElement.GetProperty("rows").GetRawText();
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Parquet.Schema;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>A file that says what its values are is believed.</summary>
public sealed class DeclaredKindTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Xlsx = """
        <row><c t="str"><v>zip</v></c><c t="str"><v>when</v></c><c t="str"><v>mixed</v></c></row>
        <row><c t="str"><v>10001</v></c><c s="1"><v>45351</v></c><c><v>1</v></c></row>
        <row><c t="str"><v>94103</v></c><c s="2"><v>45352.5</v></c><c t="str"><v>2</v></c></row>
        """;

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Columns_of_parquet_have_the_kinds_of_their_types()
    {
        var dataset = await Upload(Table(), "kinds");

        Assert.Equal("zip:category when:date count:number", Kinds(dataset));
        Assert.Equal("""[{"zip":"10001","when":"2024-02-29","count":0},{"zip":"94103","when":"2024-03-01T12:30:15","count":1}]""",
            await Rows("kinds"));
    }

    [Fact]
    public async Task Columns_of_a_sheet_have_the_kind_that_all_their_cells_have()
    {
        var dataset = await Upload(SampleFiles.Xlsx(Xlsx), "sheet");

        Assert.Equal("zip:category when:date mixed:number", Kinds(dataset));
        Assert.Equal("""[{"zip":"10001","when":"2024-02-29","mixed":1},{"zip":"94103","when":"2024-03-01T12:00:00","mixed":2}]""",
            await Rows("sheet"));
    }

    [Fact]
    public async Task The_preview_says_that_the_file_says_so_and_an_option_says_otherwise()
    {
        const string Options = """{ "columns": { "zip": { "kind": "number" } } }""";
        using var content = Content(Table());
        var answer = await _http.PostAsync($"/api/v1/datasets/preview?options={Uri.EscapeDataString(Options)}", content);
        var columns = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("columns");

        Assert.Equal(("number", "The request says so."), KindAndReason(columns[0]));
        Assert.Equal(("date", "The file says so."), KindAndReason(columns[1]));

        static (string?, string?) KindAndReason(JsonElement column) =>
            (column.GetProperty("kind").GetString(), column.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Dates_of_a_sheet_are_not_read_as_numbers()
    {
        using var content = Content(SampleFiles.Xlsx(Xlsx));
        var answer = await _http.PostAsync(
            "/api/v1/datasets?name=x&options={\"columns\":{\"when\":{\"kind\":\"number\"}}}", content);
        var refused = await Refused.Read(answer, HttpStatusCode.BadRequest);

        Assert.Equal(("notApplicable", "options.columns.when.kind"), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_text_that_counts_as_missing_is_said()
    {
        var dataset = await Upload(SampleFiles.Xlsx("""
            <row><c t="str"><v>garage</v></c><c t="str"><v>x</v></c></row>
            <row><c t="str"><v>brick</v></c><c><v>1</v></c></row><row><c t="str"><v>NA</v></c><c><v>2</v></c></row>
            <row><c t="str"><v>null</v></c><c><v>4</v></c></row><row><c t="str"><v>?</v></c><c><v>8</v></c></row>
            """), "garages");
        var warning = dataset.GetProperty("warnings")[0];

        Assert.Equal(("cellsCountAsMissing", "garage", 3), (
            warning.GetProperty("code").GetString(), warning.GetProperty("column").GetString(), warning.GetProperty("count").GetInt32()));
        Assert.Equal("""["NA","null","?"]""", warning.GetProperty("examples").GetRawText());
    }

    [Fact]
    public async Task An_option_that_describes_a_csv_is_refused()
    {
        using var content = Content(Table());
        var answer = await _http.PostAsync("/api/v1/datasets?name=x&options={\"delimiter\":\"tab\"}", content);
        var refused = await Refused.Read(answer, HttpStatusCode.BadRequest);

        Assert.Equal(("notApplicable", "options.delimiter"), (refused.Code, refused.Errors[0].Field));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("parquet")]
    [InlineData("arrow")]
    [InlineData("xlsx")]
    public async Task Dates_and_codes_that_are_downloaded_and_uploaded_again_are_the_same(string format)
    {
        await _http.PostCsv("dated", "zip;when;price\n02134;31/01/2024 8:30;1,5\n10001;01/02/1950 7:00;2,25\n94103;;-\n");
        var name = $"dated-{format}";
        var again = await Upload(await _http.GetByteArrayAsync($"/api/v1/datasets/dated/{format}"), name);

        Assert.Equal("zip:category when:date price:number", Kinds(again));
        Assert.Equal(await Rows("dated"), await Rows(name));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("parquet")]
    [InlineData("arrow")]
    public async Task Microseconds_and_dates_without_a_time_are_the_same_after_a_download_and_an_upload(string format)
    {
        await _http.PostCsv("fine", "when,n\n2024-01-01 00:00:00,1\n2024-01-01 01:00:00.123456,2\n2024-01-02 02:00:00,3\n");
        var again = await Upload(await _http.GetByteArrayAsync($"/api/v1/datasets/fine/{format}"), $"fine-{format}");

        Assert.Equal("when:date n:number", Kinds(again));
        Assert.Contains("2024-01-01T01:00:00.123456\"", await Rows("fine"), StringComparison.Ordinal);
        Assert.Equal(await Rows("fine"), await Rows($"fine-{format}"));
    }

    private static byte[] Table()
    {
        var (zip, count) = (new DataField<string>("zip"), new DataField<double>("count"));
        var when = new DateTimeDataField("when", DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Millis);
        return SampleFiles.Parquet([zip, when, count], async group =>
        {
            await group.WriteAsync(zip, ["10001", "94103"]);
            await group.WriteAsync<DateTime>(when, new[]
            {
                new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc), new DateTime(2024, 3, 1, 12, 30, 15, DateTimeKind.Utc),
            }.AsMemory());
            await group.WriteAsync<double>(count, new double[] { 0, 1 }.AsMemory());
        });
    }

    private async Task<JsonElement> Upload(byte[] file, string name)
    {
        using var content = Content(file);
        var answer = await _http.PostAsync($"/api/v1/datasets?name={name}", content);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<string> Rows(string name) =>
        (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/rows")).GetProperty("rows").GetRawText();

    private static string Kinds(JsonElement dataset) => string.Join(' ', dataset.GetProperty("columns").EnumerateArray()
        .Select(column => $"{column.GetProperty("name")}:{column.GetProperty("kind")}"));

    private static ByteArrayContent Content(byte[] file) =>
        new(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
}

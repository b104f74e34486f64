using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets.Versions;

/// <summary>Rows that do not fit are refused with line, column and cell, and nothing of them is stored.</summary>
public sealed class AppendRefusalTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("text/csv", "size\n1\n", "columnsDiffer", "city", "They lack 'city', 'built'")]
    [InlineData("text/csv", "size,city,built,colour\n1,Bonn,2024-01-31,red\n", "columnsDiffer", "colour", "has no 'colour'")]
    [InlineData("text/csv", "size,City,built\n1,Bonn,2024-01-31\n", "columnsDiffer", "city", "Did you mean 'city'?")]
    [InlineData("text/csv", "size,city,built\n1,Bonn,2024-01-31\nbig,Bonn,\n", "wrongType", "size",
        "Line 3, column 1 (size): \"big\" is not a number")]
    [InlineData("text/csv", "city,built,size\nBonn,31/01/2024,1\n", "wrongType", "built", "Line 2, column 2 (built): \"31/01/2024\"")]
    [InlineData("text/csv", "size,city,built\n1e999,Bonn,\n", "numberTooLarge", "size", "Line 2, column 1 (size): \"1e999\" is too large")]
    [InlineData("text/csv", "size,city,built\n1,Bonn\n", "raggedRow", null, "Line 2")]
    [InlineData("text/csv", "size,city,built\n", "noRows", null, "no rows")]
    [InlineData("text/csv", "size,city,built\n1,\"Bonn,\n", "unclosedQuote", null, "Line 2")]
    [InlineData("text/csv", "", "emptyBody", null, "empty")]
    [InlineData("application/json", """[{"size":1,"city":"a","built":null},{"size":"?!"}]""", "wrongType", "rows[1].size", "Row 2")]
    [InlineData("application/json", """[{"size":1,"city":"a","built":null},{"sice":1}]""", "unknownColumn", "rows[1].sice", "size")]
    [InlineData("application/json", """[{"size":1,"city":"a","built":[1]}]""", "nestedValue", "rows[0].built", "nested")]
    [InlineData("application/json", """[]""", "noRows", null, "no rows")]
    [InlineData("text/yaml", "a", "unsupportedMediaType", "Content-Type", "text/csv")]
    public async Task Rows_that_do_not_fit_are_refused(string type, string body, string code, string? field, string message)
    {
        var name = await _http.Upload("size,city,built\n1.5,Bonn,2024-01-31\n2,Trier,2023-06-30\n");

        var refused = await Refused.Read(await _http.Append(name, Encoding.UTF8.GetBytes(body), type), StatusOf(code));

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
        Assert.Contains(message, refused.Detail, StringComparison.Ordinal);
        Assert.Equal(1, await VersionOf(name));
    }

    [Fact]
    public async Task A_character_that_the_file_cannot_have_is_refused()
    {
        var name = await _http.Upload(Encoding.Latin1.GetBytes("ort,n\nKöln,1\n"));

        var refused = await Refused.Read(await _http.AppendCsv(name, "ort,n\nBonn,1\nŁódź,2\n"), HttpStatusCode.BadRequest);

        Assert.Equal(("notInEncoding", "ort"), (refused.Code, refused.Errors[0].Field));
        Assert.Contains("Line 3, column 1 (ort): \"Łódź\"", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(1, await VersionOf(name));
    }

    [Fact]
    public async Task Blank_lines_that_would_become_rows_are_refused()
    {
        var name = await _http.Upload("n\n1\n2\n\n");

        var refused = await Refused.Read(await _http.AppendCsv(name, "n\n3\n"), HttpStatusCode.Conflict);

        Assert.Equal("notAppendable", refused.Code);
        Assert.Equal(1, await VersionOf(name));
    }

    [Theory]
    [InlineData("""{"decimal":","}""", "options.decimal")]
    [InlineData("""{"missing":["-"]}""", "options.missing")]
    [InlineData("""{"columns":{"a":{"kind":"category"}}}""", "options.columns")]
    public async Task Options_that_would_read_the_rows_in_another_way_are_refused(string options, string field)
    {
        var name = await _http.Upload("a,b\n1,x\n");

        var refused = await Refused.Read(
            await _http.Append(name, "a,b\n2,y\n"u8.ToArray(), "text/csv", $"?options={Uri.EscapeDataString(options)}"),
            HttpStatusCode.BadRequest);

        Assert.Equal(("notApplicable", field), (refused.Code, refused.Errors[0].Field));
    }

    [Fact]
    public async Task A_form_with_a_name_is_refused_and_one_without_is_taken()
    {
        var name = await _http.Upload("a,b\n1,x\n");
        using var named = new MultipartFormDataContent
        {
            { new StringContent("other"), "name" }, { new StringContent("a,b\n2,y\n"), "file", "rows.csv" },
        };
        using var form = new MultipartFormDataContent { { new StringContent("a,b\n2,y\n"), "file", "rows.csv" } };

        var refused = await Refused.Read(await _http.PostAsync($"/api/v1/datasets/{name}/rows", named), HttpStatusCode.BadRequest);
        using var taken = await _http.PostAsync($"/api/v1/datasets/{name}/rows", form);

        Assert.Equal(("notApplicable", "name"), (refused.Code, refused.Errors[0].Field));
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
    }

    [Fact]
    public async Task Unknown_datasets_and_versions_are_refused()
    {
        var name = await _http.Upload("a,b\n1,x\n");

        var dataset = await Refused.Read(await _http.AppendCsv("no-such", "a\n1\n"), HttpStatusCode.NotFound);
        var codes = new List<string>();
        foreach (var path in new[] { "", "/rows", "/csv", "/parquet" })
        {
            codes.Add((await Refused.Read(
                await _http.GetAsync($"/api/v1/datasets/{name}{path}?version=2"), HttpStatusCode.NotFound)).Code);
        }

        Assert.Equal("datasetNotFound", dataset.Code);
        Assert.All(codes, code => Assert.Equal("versionNotFound", code));
        Assert.Equal("outOfRange", (await Refused.Read(
            await _http.GetAsync($"/api/v1/datasets/{name}?version=0"), HttpStatusCode.BadRequest)).Code);
        Assert.Equal("wrongLength", (await Refused.Read(
            await _http.AppendCsv(name, "a,b\n1,x\n", key: new string('k', 201)), HttpStatusCode.BadRequest)).Code);
    }

    private static HttpStatusCode StatusOf(string code) =>
        code == "unsupportedMediaType" ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.BadRequest;

    private async Task<int> VersionOf(string name) =>
        (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}")).GetProperty("version").GetInt32();
}

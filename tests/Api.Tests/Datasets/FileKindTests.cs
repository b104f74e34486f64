using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Files as people have them. Each is one kind of difference from a plain CSV.</summary>
public sealed class FileKindTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Theory]
    [InlineData("\"a\";\"b\"\n7.4;5\n7.8;6\n", "a:number b:number", "otherDelimiter")]
    [InlineData("\"a\"\t\"b\"\n1\t2\n", "a:number b:number", "otherDelimiter")]
    [InlineData("a;b\n13,6;1.000,5\n14,2;7\n", "a:number b:number", "otherDelimiter numberFormat numberFormat")]
    [InlineData("a  b\n1    2\n 3 4 \n", "a:number b:number", "otherDelimiter")]
    [InlineData("a,b,a\n1,2,3\n", "a:number b:number a_2:number", "duplicateName")]
    [InlineData(",a\n0,5\n1,7\n2,6\n", "a:number", "columnLeftOut")]
    [InlineData(",a\nx,5\ny,7\n", "column1:category a:number", "columnNamed")]
    [InlineData("a,b,\n1,2,\n3,4,\n", "a:number b:number", "columnLeftOut")]
    [InlineData("a,b\n1,2,\n3,4,\n", "a:number b:number", "trailingDelimiter columnLeftOut")]
    [InlineData("\"a\",\"b\"\n\"1\",2,3\n\"2\",4,5\n", "a:number b:number", "columnLeftOut")]
    [InlineData("Sales\n\nday,amount\nMo,1\nTu,2\nWe,3\nTh,4\n", "day:category amount:number", "linesSkipped")]
    [InlineData("# by x\n# at noon\na,b\n1,2\n# pause\n3,4\n", "a:number b:number", "commentsSkipped")]
    [InlineData("5.1,x\n4.9,y\n6.2,x\n", "column1:number column2:category", "noHeader")]
    [InlineData("a,b\n'x, y',1\n'z',2\n", "a:category b:number", "singleQuotes")]
    [InlineData("a,b\r\n\r\n1,2\r\n   \r\n3,4\r\n\r\n", "a:number b:number", "")]
    [InlineData("zip,when\n02134,2024-01-31\n10001,2024-02-01\n", "zip:category when:date", "leadingZeros dates")]
    public async Task A_file_is_read_as_it_is_and_the_difference_is_a_warning(string file, string columns, string warnings)
    {
        var dataset = await Upload(Encoding.UTF8.GetBytes(file));

        Assert.Equal(columns, string.Join(' ', dataset.GetProperty("columns").EnumerateArray()
            .Select(column => $"{column.GetProperty("name")}:{column.GetProperty("kind")}")));
        Assert.Equal(warnings, string.Join(' ', dataset.GetProperty("warnings").EnumerateArray()
            .Select(warning => warning.GetProperty("code").GetString()).Where(code => code is not ("constant" or "allMissing"))));
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("latin1", false)]
    public async Task Text_has_the_same_characters_in_every_encoding_and_its_bytes_stay(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] file = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("größe,ort\n1,Köln\n2,Besançon\n")];
        var dataset = await Upload(file);
        var path = $"/api/v1/datasets/{dataset.GetProperty("name")}";
        var rows = (await _http.GetFromJsonAsync<JsonElement>($"{path}/rows")).GetProperty("rows");

        Assert.Equal("Besançon", rows[1].GetProperty("ort").GetString());
        Assert.Equal(1, rows[0].GetProperty("größe").GetInt32());
        Assert.Equal(file, await _http.GetByteArrayAsync($"{path}/csv"));
    }

    [Fact]
    public async Task Dates_that_fit_two_orders_are_asked_for_and_the_answer_is_taken()
    {
        const string File = "Date;T;RH;;,,\n10/03/2004;13,6;48,9;;,,\n";
        var refused = await Refused.Read(await _http.PostCsv("asked", File), HttpStatusCode.BadRequest);
        var options = """{ "columns": { "Date": { "kind": "date", "format": "d/M/yyyy" } } }""";

        var answered = await _http.PostAsync(
            $"/api/v1/datasets?name=asked&options={Uri.EscapeDataString(options)}", new StringContent(File, Encoding.UTF8, "text/csv"));

        Assert.Equal(("ambiguousDates", "options.columns.Date.format"), (refused.Code, refused.Errors[0].Field));
        Assert.Equal(HttpStatusCode.Created, answered.StatusCode);
        var row = (await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/asked/rows")).GetProperty("rows")[0];
        Assert.Equal("""{"Date":"2004-03-10","T":13.6,"RH":48.9}""", row.GetRawText());
    }

    [Fact]
    public async Task Numbers_in_other_clothes_are_numbers()
    {
        var dataset = await Upload(Encoding.UTF8.GetBytes("""
            price,rate,x,id
            "$100,000",0%,61.1,1001859273645102830
            "$101,500",12%,-,1001859273645102831
            $7,100%,3,1001859273645102940

            """));
        var rows = (await _http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{dataset.GetProperty("name")}/rows")).GetProperty("rows");

        Assert.Equal("""{"price":101500,"rate":12,"x":null,"id":"1001859273645102831"}""", rows[1].GetRawText());
        Assert.Equal(3, dataset.GetProperty("columns")[3].GetProperty("distinct").GetInt32());
    }

    [Fact]
    public async Task A_blank_line_of_a_one_column_file_is_a_missing_value_but_not_at_its_end()
    {
        var dataset = await Upload("hours\n1\n\n3\n\n\n"u8.ToArray());
        await _http.PostJson("one-column", """[{ "a": 1 }, { "a": null }]""");

        Assert.Equal((3, 1), (dataset.GetProperty("rows").GetInt32(), dataset.GetProperty("columns")[0].GetProperty("missing").GetInt32()));
        var json = await _http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/one-column");
        Assert.Equal(2, json.GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task The_same_file_read_in_another_way_is_another_dataset()
    {
        const string File = "zip,y\n02134,1\n10001,2\n";
        await _http.PostCsv("read-twice", File);
        var options = Uri.EscapeDataString("""{ "columns": { "zip": { "kind": "number" } } }""");

        var again = await _http.PostCsv("read-twice", File);
        var other = await _http.PostAsync(
            $"/api/v1/datasets?name=read-twice&options={options}", new StringContent(File, Encoding.UTF8, "text/csv"));

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("datasetExists", (await Refused.Read(other, HttpStatusCode.Conflict)).Code);
    }

    private async Task<JsonElement> Upload(byte[] file)
    {
        var answer = await _http.PostCsv(Guid.NewGuid().ToString("N"), file);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement;
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets;

public sealed class PreviewTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string File = "zip;when;price\n02134;01/02/2024;12,5\n10001;03/04/2024;-\n94103;05/06/2024;7\n";

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_preview_says_what_was_understood_and_what_has_to_be_decided()
    {
        var preview = await Preview(File);

        Assert.Equal("csv", preview.GetProperty("format").GetString());
        Assert.Equal(("utf-8", "semicolon", true, 3), (
            preview.GetProperty("encoding").GetProperty("value").GetString(),
            preview.GetProperty("delimiter").GetProperty("value").GetString(),
            preview.GetProperty("header").GetProperty("value").GetBoolean(), preview.GetProperty("total").GetInt32()));
        Assert.Equal(["category", "date", "number"],
            preview.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("kind").GetString()));
        Assert.Equal(1, preview.GetProperty("columns")[2].GetProperty("missing").GetInt32());
        Assert.Equal("01/02/2024", preview.GetProperty("columns")[1].GetProperty("examples")[0].GetString());
        Assert.Equal("ambiguousDates", preview.GetProperty("questions")[0].GetProperty("code").GetString());
        Assert.Contains(preview.GetProperty("warnings").EnumerateArray(), warning =>
            warning.GetProperty("code").GetString() == "cellsCountAsMissing"
            && warning.GetProperty("message").GetString() == "1 of 3 cells of 'price' is \"-\" and counts as missing.");
    }

    [Fact]
    public async Task A_preview_names_the_format_that_the_content_has()
    {
        var rows = new StringContent("{\"x\":1}\n{\"x\":2}\n");
        rows.Headers.ContentType = new("application/octet-stream");
        rows.Headers.ContentDisposition = new("attachment") { FileNameStar = "Größen (1).ndjson" };

        var preview = await (await _http.PostAsync("/api/v1/datasets/preview", rows)).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(("ndjson", 2), (preview.GetProperty("format").GetString(), preview.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task Every_item_can_be_set()
    {
        var preview = await Preview("x#1|2\ny#3|4\n", """
            { "delimiter": "|", "header": false, "columns": { "column1": { "kind": "category" }, "column2": { "missing": ["4"] } } }
            """);

        Assert.Equal("given", preview.GetProperty("delimiter").GetProperty("certainty").GetString());
        Assert.Equal("""[{"column1":"x#1","column2":2},{"column1":"y#3","column2":null}]""", preview.GetProperty("rows").GetRawText());
        Assert.Empty(preview.GetProperty("questions").EnumerateArray());
    }

    [Theory]
    [InlineData("""{ "delimiter": "ab" }""", "unknownValue", "options.delimiter")]
    [InlineData("""{ "encoding": "ebcdic" }""", "unknownValue", "options.encoding")]
    [InlineData("""{ "decimal": ";" }""", "unknownValue", "options.decimal")]
    [InlineData("""{ "decimal": ",", "thousands": "," }""", "notApplicable", "options.thousands")]
    [InlineData("""{ "skipLines": -1 }""", "outOfRange", "options.skipLines")]
    [InlineData("""{ "delimeter": "," }""", "unknownField", "options.delimeter")]
    [InlineData("""{ "header": "yes" }""", "wrongType", "options.header")]
    [InlineData("""{ "columns": { "zip": { "kind": "text" } } }""", "unknownValue", "options.columns.zip.kind")]
    [InlineData("""{ "columns": { "zip": null } }""", "nullNotAllowed", "options.columns.zip")]
    [InlineData("""{ "columns": { "zap": { "kind": "number" } } }""", "unknownColumn", "options.columns.zap")]
    [InlineData("""{ "columns": { "when": { "format": "nonsense" } } }""", "unknownValue", "options.columns.when.format")]
    [InlineData("""{ "columns": { "zip": { "kind": "number", "format": "d/M/yyyy" } } }""", "notApplicable", "options.columns.zip.format")]
    [InlineData("""{ "quote": ";" }""", "unknownValue", "options.quote")] // the delimiter that is found
    [InlineData("""{ "comment": ";" }""", "unknownValue", "options.comment")]
    [InlineData("""{ "quote": ",", "delimiter": "," }""", "unknownValue", "options.quote")]
    [InlineData("""{ "quote": "|", "delimiter": "pipe" }""", "unknownValue", "options.quote")]
    [InlineData("""{ "delimiter": "\"" }""", "unknownValue", "options.delimiter")]
    [InlineData("""{ "comment": "\"" }""", "unknownValue", "options.comment")]
    [InlineData("""{ "comment": "|", "delimiter": "pipe" }""", "unknownValue", "options.comment")]
    [InlineData("{", "malformedJson", "options")]
    public async Task An_option_that_cannot_be_used_is_refused_with_its_path(string options, string code, string field)
    {
        var refused = await Refused.Read(await Post(File, options), HttpStatusCode.BadRequest);

        Assert.Equal((code, field), (refused.Code, refused.Errors[0].Field));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n", """{ "quote": "," }""",
        "quote is \",\", and so is the delimiter (comma). Send another quote, or set delimiter to another character.")]
    [InlineData("a|b\n1|2\n", """{ "comment": "|" }""",
        "comment is \"|\", and so is the delimiter (pipe). Send another comment character, or set delimiter to another character.")]
    [InlineData("a,b\n1,2\n", """{ "comment": "~", "quote": "~" }""",
        "comment is \"~\", and so is the quote. Send another comment character, or set quote to another character.")]
    public async Task Two_marks_that_are_the_same_are_refused_with_both(string file, string options, string message)
    {
        var refused = await Refused.Read(await Post(file, options), HttpStatusCode.BadRequest);

        Assert.Equal(("unknownValue", message), (refused.Code, refused.Detail));
    }

    [Theory]
    [InlineData("a#b\n#x\n1#2\n", """{ "delimiter": "#" }""")]
    [InlineData("a,b\n#1#,2\n3\n#4#,5\n", """{ "quote": "#" }""")]
    [InlineData("sep=\"\na,b\n1,2\n", null)]
    [InlineData("sep=x\na,b\n1,2\n", null)]
    [InlineData("sep=é\na,b\n1,2\n", null)]
    [InlineData("sep=#\na#b\n#c\n1#2\n", null)]
    [InlineData("a'b\n'c'\n1'2\n", """{ "delimiter": "'" }""")]
    [InlineData("a;b\n'c'\n1;2\n", """{ "comment": "'" }""")]
    public async Task No_mark_that_is_set_or_hinted_at_makes_the_service_fail(string file, string? options) =>
        Assert.InRange((int)(await Post(file, options)).StatusCode, 200, 400);

    [Fact]
    public async Task Options_may_be_a_part_of_the_form_but_describe_no_json()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(File), "file", "Häuser 2024.csv" },
            { new StringContent("""{ "columns": { "when": { "kind": "category" } } }"""), "options" },
        };

        var stored = await _http.PostAsync("/api/v1/datasets", form);
        var json = await Refused.Read(await _http.PostAsync(
            $"/api/v1/datasets/preview?options={Uri.EscapeDataString("""{ "header": false }""")}",
            new StringContent("""[{ "a": 1 }]""", Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest);

        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        Assert.Equal("/api/v1/datasets/H%C3%A4user%202024", stored.Headers.Location?.OriginalString);
        Assert.Equal("Häuser 2024", (await _http.GetFromJsonAsync<JsonElement>(stored.Headers.Location)).GetProperty("name").GetString());
        Assert.Equal(("notApplicable", "options.header"), (json.Code, json.Errors[0].Field));
    }

    /// <summary>A table for each warning that is found in the columns' values, and for some that are found in their texts.</summary>
    [Theory]
    [InlineData("pclass,x\n1,5\n2,6\n3,7\n1,8\n", "classCodes")]
    [InlineData("a,b\n7,1\n7,2\n7,4\n", "constant")]
    [InlineData("a,b\n,1\n,2\n,4\n", "allMissing")]
    [InlineData("a,b\nNA,x\n?,y\nnull,z\n", "allMissing")]
    [InlineData("zip;price\n02134;12,5\n10001;-\n94103;7,25\n", "leadingZeros", "numberFormat", "cellsCountAsMissing")]
    [InlineData("a\tb\tpclass\nyes\t1\t1\nNo\t2\t2\nYES\t3\t5\n", "otherDelimiter", "booleanSpellings", "classCodes")]
    [InlineData("garage,x\nbrick,5\nNA,6\nwood,7\nbrick,9\n", "cellsCountAsMissing")]
    [InlineData("weight,x\n12 kg,5\n13.5 kg,6\n9 kg,7\n", "numbersWithUnit")]
    public async Task A_preview_shows_every_warning_that_the_upload_gives(string file, params string[] codes)
    {
        var upload = await _http.PostAsync(
            $"/api/v1/datasets?name=p{Guid.NewGuid():N}", new StringContent(file, Encoding.UTF8, "text/csv"));
        var stored = (await upload.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("warnings");

        var shown = (await Preview(file)).GetProperty("warnings");

        Assert.Equal(stored.GetRawText(), shown.GetRawText());
        Assert.Superset(codes.ToHashSet(), shown.EnumerateArray().Select(warning => warning.GetProperty("code").GetString()!).ToHashSet());
    }

    [Fact]
    public async Task A_preview_with_a_question_shows_the_warnings_of_the_other_columns()
    {
        var preview = await Preview("when,a\n01/02/2024,7\n03/04/2024,7\n");

        Assert.Equal(["ambiguousDates"], Codes(preview, "questions"));
        Assert.Equal(["constant"], Codes(preview, "warnings"));
    }

    [Fact]
    public async Task A_preview_of_which_every_column_is_left_out_asks_for_one()
    {
        var preview = await Preview("a\n1\n2\n", """{ "columns": { "a": { "drop": true } } }""");

        Assert.Equal(["noColumns"], Codes(preview, "questions"));
    }

    [Fact]
    public async Task A_usual_marker_among_texts_is_said_and_can_be_kept()
    {
        const string File = "garage,x\nbrick,5\nNA,6\nwood,7\n";
        var warning = (await Preview(File)).GetProperty("warnings")[0];

        Assert.Equal(
            "1 of 3 cells of 'garage' is \"NA\" and counts as missing. Send the option \"columns\": { \"garage\": { \"missing\": [] } } " +
            "to read such cells as text.", warning.GetProperty("message").GetString());
        Assert.Equal("""["NA"]""", warning.GetProperty("examples").GetRawText());
        var kept = await Preview(File, """{ "columns": { "garage": { "missing": [] } } }""");
        Assert.Empty(Codes(kept, "warnings"));
        Assert.Equal("NA", kept.GetProperty("rows")[1].GetProperty("garage").GetString());
    }

    [Fact]
    public async Task Numbers_with_a_unit_are_read_without_it_if_the_column_is_set_to_numbers()
    {
        const string File = "weight;x\n1.012,5 kg;5\n13 kg;6\n9;7\n";
        var warning = (await Preview(File)).GetProperty("warnings").EnumerateArray()
            .Single(one => one.GetProperty("code").GetString() == "numbersWithUnit");
        var set = await Preview(File, """{ "columns": { "weight": { "kind": "number" } } }""");

        Assert.Equal(
            "'weight' is read as text: 2 of its 3 values are numbers with a unit, such as \"1.012,5 kg\", \"13 kg\". Send the option " +
            "\"columns\": { \"weight\": { \"kind\": \"number\" } } to read it as numbers. The unit \"kg\" is then left out.",
            warning.GetProperty("message").GetString());
        Assert.Equal("""[{"weight":1012.5,"x":5},{"weight":13,"x":6},{"weight":9,"x":7}]""", set.GetProperty("rows").GetRawText());
        Assert.Equal(["otherDelimiter", "numberFormat"], Codes(set, "warnings"));
    }

    [Fact]
    public async Task Dates_that_are_set_to_be_numbers_are_a_question()
    {
        var preview = await Preview("when,x\n2024-01-05,5\n2024-02-07,6\n", """{ "columns": { "when": { "kind": "number" } } }""");

        var question = preview.GetProperty("questions")[0];
        Assert.Equal(("notApplicable", "options.columns.when.kind"), (
            question.GetProperty("code").GetString(), question.GetProperty("field").GetString()));
        Assert.StartsWith("'when' is to be read as numbers, but its values are dates, such as \"2024-01-05\", \"2024-02-07\". Leave ",
            question.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "columns": { "sco\ud800re": { "missing": ["-1"] } } }""", "loneSurrogate")]
    [InlineData("""{ "missing": ["\ud800"] }""", "loneSurrogate")]
    [InlineData("""{ "missing": ["\u0000"] }""", "nulByte")]
    public async Task Options_that_are_no_text_are_refused(string options, string code)
    {
        var refused = await Refused.Read(await Post("a,b\n1,2\n", options), HttpStatusCode.BadRequest);

        Assert.Equal(code, refused.Code);
    }

    [Fact]
    public async Task A_dry_run_checks_everything_and_stores_nothing()
    {
        var content = () => new StringContent("a,b\n1,2\n", Encoding.UTF8, "text/csv");

        var dry = await _http.PostAsync("/api/v1/datasets?name=dry&dryRun=true", content());
        var stored = await _http.GetAsync("/api/v1/datasets/dry");

        Assert.Equal(HttpStatusCode.OK, dry.StatusCode);
        Assert.Equal(2, (await dry.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("columns").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, stored.StatusCode);
    }

    [Fact]
    public async Task A_dry_run_finds_that_the_name_is_taken()
    {
        var content = (int last) => new StringContent($"a,b\n1,{last}\n", Encoding.UTF8, "text/csv");
        await _http.PostAsync("/api/v1/datasets?name=taken", content(2));

        var same = await _http.PostAsync("/api/v1/datasets?name=taken&dryRun=true", content(2));
        var other = await Refused.Read(
            await _http.PostAsync("/api/v1/datasets?name=taken&dryRun=true", content(3)), HttpStatusCode.Conflict);

        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
        Assert.Equal("datasetExists", other.Code);
    }

    [Fact]
    public async Task A_name_in_the_query_and_in_the_form_is_refused()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("a,b\n1,2\n"), "file", "a.csv" }, { new StringContent("one"), "name" },
        };

        var refused = await Refused.Read(await _http.PostAsync("/api/v1/datasets?name=two", form), HttpStatusCode.BadRequest);

        Assert.Equal(("duplicateField", "name"), (refused.Code, refused.Errors[0].Field));
    }

    private static IEnumerable<string?> Codes(JsonElement preview, string list) =>
        preview.GetProperty(list).EnumerateArray().Select(item => item.GetProperty("code").GetString());

    private async Task<JsonElement> Preview(string file, string? options = null)
    {
        var answer = await Post(file, options);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task<HttpResponseMessage> Post(string file, string? options) => _http.PostAsync(
        $"/api/v1/datasets/preview{(options is null ? "" : $"?options={Uri.EscapeDataString(options)}")}",
        new StringContent(file, Encoding.UTF8, "text/csv"));
}

using Velodrome.Api.Datasets.Formats;
using Velodrome.Api.Datasets.Formats.Excel;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Datasets.Formats;

public sealed class XlsxTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Header = """<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>""";

    [Theory]
    [InlineData("1", "45351", "2024-02-29")]
    [InlineData("1", "1", "1900-01-01")]
    [InlineData("1", "59", "1900-02-28")]
    [InlineData("1", "61", "1900-03-01")]
    [InlineData("2", "45351.5211226852", "2024-02-29T12:30:25")]
    [InlineData("3", "0.75", "18:00:00")]
    [InlineData("4", "1.5", "1.5")]
    [InlineData("0", "45351", "45351")]
    [InlineData("99", "45351", "45351")]
    public async Task A_number_whose_style_is_a_date_is_a_date(string style, string value, string expected)
    {
        var lines = await Convert(
            SampleFiles.Xlsx($"""<row><c t="str"><v>when</v></c></row><row><c s="{style}"><v>{value}</v></c></row>"""));

        Assert.Equal(expected, lines[1]);
    }

    [Fact]
    public async Task Days_may_be_counted_from_1904()
    {
        var lines = await Convert(SampleFiles.Xlsx("""<row><c t="str"><v>when</v></c></row><row><c s="1"><v>0</v></c></row>""",
            workbook: "<workbookPr date1904=\"1\"/>"));

        Assert.Equal("1904-01-01", lines[1]);
    }

    [Theory]
    [InlineData("yyyy\\-mm\\-dd", "Date")]
    [InlineData("[$-409]d\\-mmm\\-yy;@", "Date")]
    [InlineData("m/d/yy h:mm", "DateAndTime")]
    [InlineData("hh:mm:ss AM/PM", "Time")]
    [InlineData("[h]:mm:ss", "Number")]
    [InlineData("General", "Number")]
    [InlineData("0.00", "Number")]
    [InlineData("#,##0 \"days\"", "Number")]
    [InlineData("[Red]0", "Number")]
    [InlineData("0.00E+00", "Number")]
    public void The_letters_of_a_format_say_whether_it_is_a_date(string code, string expected) =>
        Assert.Equal(expected, CellStyles.StyleOf(code).ToString());

    [Theory]
    [InlineData("<f>1+2</f>")]
    [InlineData("<f>1+2</f><v/>")]
    [InlineData("<f t=\"shared\" si=\"0\"/>")]
    public async Task A_formula_without_its_result_is_refused_with_its_cell(string content)
    {
        var file = SampleFiles.Xlsx(Header + $"""<row r="7"><c r="A7"><v>1</v></c><c r="B7">{content}</c></row>""");
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file));

        Assert.Equal(("formulaWithoutValue", "B7"), (refused.Faults[0].Code, refused.Faults[0].Field));
    }

    [Fact]
    public async Task A_formula_whose_result_is_an_empty_text_is_a_missing_value() => Assert.Equal("1,", (await Convert(SampleFiles.Xlsx(
        Header + """<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>""")))[1]);

    [Fact]
    public async Task The_first_visible_sheet_with_values_is_read_and_said()
    {
        var file = SampleFiles.Xlsx(
            "", others: [("Sales", Header + "<row><c><v>1</v></c></row>"), ("Notes", "<row><c><v>2</v></c></row>")]);
        await using var table = await Converting.Convert(app, file, new(null, "a.xlsx"));

        Assert.Equal("1,", Converting.Lines(table)[1]);
        Assert.Equal("Only the sheet \"Sales\" was read. The workbook also has \"First\", \"Notes\"; send sheet= for another.",
            Assert.Single(table.Notes).Message);
    }

    [Fact]
    public async Task A_sheet_and_a_range_can_be_chosen()
    {
        var title = """<row r="1"><c r="A1" t="str"><v>Sales of 2024</v></c></row>""";
        var rows = """
            <row r="3"><c r="B3" t="str"><v>x</v></c><c r="C3" t="str"><v>y</v></c></row>
            <row r="4"><c r="B4"><v>1</v></c><c r="C4"><v>2</v></c><c r="E4" t="str"><v>a remark</v></c></row>
            <row r="5"><c r="B5"><v>3</v></c></row><row r="6"><c r="B6"><v>9</v></c></row>
            """;
        var file = SampleFiles.Xlsx("<row><c><v>1</v></c></row>", others: ("Other", title + rows));

        Assert.Equal(["\"x\",\"y\"", "1,2", "3,"], await Convert(file, new("Other", "B3:C5")));
        Assert.Equal(["\"x\",\"y\"", "1,2", "3,", "9,"], await Convert(file, new("Other", "b3:c")));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file, new("Other", null)));
        Assert.Equal("raggedRow", refused.Faults[0].Code);
        Assert.StartsWith("The cell C3 of the sheet \"Other\" has a value", refused.Faults[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Othr", null, "unknownValue")]
    [InlineData(null, "B3:A1", "invalidRange")]
    [InlineData(null, "B3:C5:D6", "invalidRange")]
    [InlineData(null, "1:2", "invalidRange")]
    [InlineData(null, "XFE1:XFE9", "invalidRange")]
    [InlineData(null, "D1:E9", "noRows")]
    public async Task A_sheet_or_range_that_does_not_exist_is_refused(string? sheet, string? range, string code)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(SampleFiles.Xlsx(), new(sheet, range)));

        Assert.Equal(code, refused.Faults[0].Code);
    }

    [Fact]
    public async Task Errors_and_merged_cells_are_missing_values_with_a_warning()
    {
        var rows = """
            <row r="2"><c r="A2" t="e"><v>#DIV/0!</v></c><c r="B2" t="e"><v>#N/A</v></c></row>
            <row r="3"><c r="A3"><v>5</v></c></row>
            """;
        await using var table = await Converting.Convert(
            app, SampleFiles.Xlsx(Header + rows, after: "<mergeCells><mergeCell ref=\"A3:B3\"/></mergeCells>"), new(null, null));

        Assert.Equal(["\"a\",\"b\"", ",", "5,"], Converting.Lines(table));
        Assert.Equal(["errorCells", "mergedCells"], table.Notes.Select(note => note.Code));
        Assert.Contains(
            "2 cells have an error instead of a value, such as #DIV/0! in A2", table.Notes[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_without_a_value_are_left_out_with_a_warning_except_at_the_end()
    {
        var rows = """
            <row r="3"><c r="A3"><v>1</v></c></row><row r="4"><c r="A4"/><c r="B4" t="str"><v></v></c></row>
            <row r="5"><c r="B5"><v>2</v></c></row><row r="6"/><row r="9"/>
            """;
        await using var table = await Converting.Convert(app, SampleFiles.Xlsx(Header + rows), new(null, "a.xlsx"));

        Assert.Equal(["\"a\",\"b\"", "1,", ",2"], Converting.Lines(table));
        var note = Assert.Single(table.Notes);
        Assert.Equal(("blankRows", 2), (note.Code, note.Count));
        Assert.Equal("2 rows of the sheet \"First\" without a value are left out, as blank lines of a CSV are. The first one is row 2.",
            note.Message);
    }

    [Fact]
    public async Task In_a_sheet_with_one_column_a_row_without_a_value_is_a_missing_value()
    {
        var rows = """
            <row r="1"><c t="str"><v>a</v></c></row><row r="2"><c><v>1</v></c></row><row r="4"><c><v>2</v></c></row><row r="5"/>
            """;
        await using var table = await Converting.Convert(app, SampleFiles.Xlsx(rows), new(null, "a.xlsx"));

        Assert.Equal(["\"a\"", "1", "\"\"", "2"], Converting.Lines(table));
        Assert.Empty(table.Notes);
    }

    [Theory]
    [InlineData("xl/workbook.bin", "", "a binary Excel workbook (.xlsb)")]
    [InlineData("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)")]
    [InlineData("Index/Document.iwa", "", "an Apple Numbers spreadsheet (.numbers)")]
    public async Task A_spreadsheet_of_another_program_is_refused_with_what_to_save_it_as(string entry, string content, string name)
    {
        var file = SampleFiles.Zip((entry, System.Text.Encoding.ASCII.GetBytes(content)), ("content.xml", [1]));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file));

        Assert.Equal("unsupportedMediaType", refused.Faults[0].Code);
        Assert.Equal($"The file is {name}. Save it as .xlsx or CSV and send that.", refused.Message);
    }

    [Fact]
    public async Task An_index_without_a_name_left_of_the_names_is_kept() => Assert.Equal(
        ["\"\",\"a\"", "0,5"], await Convert(SampleFiles.Xlsx(
        """<row r="1"><c r="B1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><v>0</v></c><c r="B2"><v>5</v></c></row>""")));

    [Fact]
    public async Task Characters_that_XML_does_not_allow_are_read_as_Excel_writes_them()
    {
        var lines = await Convert(SampleFiles.Xlsx(Header + """<row><c t="str"><v>a_x0009_b _x005F_x0041_</v></c></row>"""));

        Assert.Equal("a\tb _x0041_,", lines[1].Replace("\"", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<row r=\"5\"></row><row r=\"5\"></row>")]
    [InlineData("<row r=\"1048577\"/>")]
    [InlineData("<row><c r=\"B1\"/><c r=\"A1\"/></row>")]
    [InlineData("<row><c r=\"XFE1\"/></row>")]
    [InlineData("<row><c><v>x</v></c></row>")]
    [InlineData("<row><c t=\"s\"><v>99</v></c></row>")]
    [InlineData("<row>")]
    public async Task A_damaged_sheet_is_refused(string rows)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(SampleFiles.Xlsx(Header + rows)));

        Assert.Equal("malformedFile", refused.Faults[0].Code);
    }

    [Fact]
    public async Task A_cell_without_end_takes_no_memory()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(SampleFiles.Xlsx(
            Header + $"<row><c t=\"str\"><v>{new string('x', 5 << 20)}</v></c></row>")));

        Assert.Equal("malformedFile", refused.Faults[0].Code);
        Assert.Contains("longer than 4 MiB", refused.Faults[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_with_a_password_is_refused()
    {
        byte[] file =
        [
            0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[1000],
            .. System.Text.Encoding.Unicode.GetBytes("EncryptedPackage"),
        ];
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file));

        Assert.Equal("encryptedFile", refused.Faults[0].Code);
        refused = await Assert.ThrowsAsync<RefusedException>(() => Convert(file[..1000]));
        Assert.Contains(".xls)", refused.Faults[0].Message, StringComparison.Ordinal);
    }

    private async Task<string[]> Convert(byte[] file, SheetOptions? options = null)
    {
        await using var table = await Converting.Convert(app, file, new(null, null), options);
        return Converting.Lines(table);
    }
}

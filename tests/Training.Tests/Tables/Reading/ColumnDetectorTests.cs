using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Training.Tests.Tables.Reading;

public class ColumnDetectorTests
{
    [Theory]
    [InlineData("1|2.5|-3e4|+1|.5", ColumnKind.Number, "1|2.5|-30000|1|0.5")]
    [InlineData("$100,000|$101,500.50|-$7", ColumnKind.Number, "100000|101500.5|-7")]
    [InlineData("12%|0.5 %|100%", ColumnKind.Number, "12|0.5|100")]
    [InlineData("1,234|12|1,234,567", ColumnKind.Number, "1234|12|1234567")]
    [InlineData("12,5|1.234,5|7", ColumnKind.Number, "12.5|1234.5|7")]
    [InlineData("1 234,5|12 €|3", ColumnKind.Number, "1234.5|12|3")]
    [InlineData("1'234.5|1’000|2", ColumnKind.Number, "1234.5|1000|2")]
    [InlineData("−5,1|6,2|-7,3", ColumnKind.Number, "-5.1|6.2|-7.3")]
    [InlineData("−5|6|- 7.5|+ 8", ColumnKind.Number, "-5|6|-7.5|8")] // no plain numbers, although they have no other marks
    [InlineData("1e5|2,5|3,5", ColumnKind.Number, "100000|2.5|3.5")]
    [InlineData("1|-|3|-", ColumnKind.Number, "1|NaN|3|NaN")]
    [InlineData("1|Infinity|-infinity|∞|−∞|5", ColumnKind.Number, "1|NaN|NaN|NaN|NaN|5")]
    [InlineData("1|None|#N/A|inf|5", ColumnKind.Number, "1|NaN|NaN|NaN|5")]
    [InlineData("02134|10001|94103", ColumnKind.Category, null)]
    [InlineData("1001859273645102830|1001859273645102831", ColumnKind.Category, null)]
    [InlineData("9007199254740992|5", ColumnKind.Number, "9007199254740992|5")] // 2^53 itself is exact
    [InlineData("1|2|x", ColumnKind.Category, null)]
    [InlineData("1|2|3|5|1|2|3|5|1|2|3|5|1|2|3|5|1|2|3|5|U|U", ColumnKind.Category, null)] // classes, one of which is a letter
    [InlineData("None|-|many", ColumnKind.Category, null)] // among texts, these are answers
    [InlineData("1.2.3|1.2.4", ColumnKind.Category, null)]
    [InlineData("true|FALSE|True", ColumnKind.Boolean, "1|0|1")]
    [InlineData("Yes|yes|NO|n", ColumnKind.Boolean, "1|1|0|0")]
    [InlineData("1|1.0|True|0", ColumnKind.Boolean, "1|1|1|0")]
    [InlineData("Yes|No|Yes", ColumnKind.Category, null)]
    [InlineData("2024-01-31|2024-02-01", ColumnKind.Date, "1706659200|1706745600")]
    [InlineData("2024-01-31T12:00:00Z|2024-01-31T14:00:00+02:00", ColumnKind.Date, "1706702400|1706702400")]
    [InlineData("31/01/2024|01/02/2024", ColumnKind.Date, "1706659200|1706745600")]
    [InlineData("1/31/2024|2/1/2024", ColumnKind.Date, "1706659200|1706745600")]
    [InlineData("31.1.2024 12:00|1.2.2024 00:00", ColumnKind.Date, "1706702400|1706745600")]
    [InlineData("31-Jan-2024|01-Feb-2024", ColumnKind.Date, "1706659200|1706745600")]
    [InlineData("2024-01-31|-|", ColumnKind.Date, "1706659200|NaN|NaN")]
    [InlineData("2024-01-31|2024-01-31T01:00:00|2024-01-31 02:00|2024-01-31T03:00:00.5Z", ColumnKind.Date,
        "1706659200|1706662800|1706666400|1706670000.5")]
    [InlineData("2024-01-31T03:00:00.123456789|2024-01-31", ColumnKind.Date, "1706670000.1234567|1706659200")]
    [InlineData("31/01/2024|2024-02-01", ColumnKind.Date, "1706659200|1706745600")]
    [InlineData("2024-01-31|someday", ColumnKind.Category, null)]
    public void The_kind_and_the_values_fit_the_cells(string cells, ColumnKind kind, string? values)
    {
        var texts = cells.Split('|');
        var column = Detect(texts);

        Assert.Null(column.Question);
        Assert.Equal(kind, column.Reading!.Kind);
        if (values is not null)
        {
            var reader = new CellReader(column.Reading, trims: true);
            Assert.Equal(values.Split('|').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
                texts.Select(text => Value(reader, text)));
        }
    }

    [Theory]
    [InlineData("1|-|3|-", "cellsCountAsMissing", 2)]
    [InlineData("$100,000|7", "numberFormat", 1)]
    [InlineData("−5|7", "numberFormat", 1)]
    [InlineData("1.234|5.678", "numberFormat", 2)] // a guess: the point could separate thousands
    [InlineData("02134|10001|00501", "leadingZeros", 2)]
    [InlineData("1001859273645102830|5", "largeIntegers", 1)]
    [InlineData("Yes|yes|no", "booleanSpellings", 3)]
    [InlineData("31/01/2024|01/02/2024", "dates", 2)]
    [InlineData("1|2|3|4|5|6|7|8|9|10|11|many", "mostlyNumbers", 1)]
    [InlineData("1.5|2,5", "numbersAsText", 1)]
    [InlineData("€12|$13", "numbersAsText", 1)]
    [InlineData("1.5 kg|2|3", "numbersAsText", 1)]
    [InlineData("(300)|2|3", "numbersAsText", 1)]
    [InlineData("12 kg|13 kg|9", "numbersWithUnit", 2)]
    [InlineData("12 kg|500 g|1 kg", "numbersWithUnit", 3)]
    [InlineData("80 km/h|-5.5km/h|1,200 km/h", "numbersWithUnit", 3)]
    [InlineData("brick|NA|?|wood", "cellsCountAsMissing", 2)]
    [InlineData("2024-01-31|2024-02-30|2024-03-01", "datesAsText", 1)]
    [InlineData("31/02/2024|31/01/2024|01/02/2024", "datesAsText", 1)]
    public void What_was_changed_is_noted_with_its_count(string cells, string code, int count)
    {
        var note = Assert.Single(Detect(cells.Split('|')).Notes);

        Assert.Equal((code, "c", count), (note.Code, note.Column, note.Count));
        Assert.NotEmpty(note.Examples!);
    }

    [Theory]
    [InlineData("1.5|2,5", "2,5")]
    [InlineData("€12|$13", "$13")]
    [InlineData("1.5 kg|2|3", "1.5 kg")]
    [InlineData("2024-01-31|2024-02-30|2024-03-01", "2024-02-30")]
    public void Numbers_and_dates_that_are_read_as_text_are_said_with_a_text_that_is_none(string cells, string example) =>
        Assert.Equal([example], Assert.Single(Detect(cells.Split('|')).Notes).Examples);

    [Theory]
    [InlineData("1st|2nd|3rd")]
    [InlineData("5a|6b|7c|8d|9e|10f")] // too many different ones for units
    [InlineData("12 Main Street|7 Main Street")]
    [InlineData("12 kg|heavy|light")]
    [InlineData("1|NA|3")] // a number that is missing
    public void Other_columns_have_nothing_to_note(string cells) => Assert.Empty(Detect(cells.Split('|')).Notes);

    [Fact]
    public void A_unit_is_noted_in_a_long_column()
    {
        var note = Assert.Single(Detect([.. Enumerable.Range(0, 3000).Select(row => $"{row} kg")]).Notes);

        Assert.Equal(("numbersWithUnit", 3000), (note.Code, note.Count));
    }

    [Fact]
    public void A_format_is_noted_even_if_its_first_cell_comes_late()
    {
        var note = Assert.Single(Detect([.. Enumerable.Repeat("1", 3000), "$1,234.5"]).Notes);

        Assert.Equal(("numberFormat", 1), (note.Code, note.Count));
        Assert.Equal(["$1,234.5"], note.Examples);
    }

    [Theory]
    [InlineData("$1e300|$5")]
    [InlineData("1e999|5")]
    public void A_number_that_is_too_large_is_refused(string cells) =>
        Assert.Equal("numberTooLarge", Detect(cells.Split('|')).Question!.Faults[0].Code);

    [Fact]
    public void Plain_values_have_no_notes()
    {
        string[] columns = ["1|2|NA", "true|false", "a|b|", "0|1"];

        Assert.All(columns, cells => Assert.Empty(Detect(cells.Split('|')).Notes));
    }

    [Fact]
    public void Dates_that_fit_two_orders_are_a_question_that_the_format_answers()
    {
        string[] cells = ["01/02/2024", "03/04/2024"];

        var question = Detect(cells).Question!;
        var answered = Detect(cells, new() { Columns = new Dictionary<string, ColumnOptions> { ["c"] = new() { Format = "M/d/yyyy" } } });

        Assert.Equal(("ambiguousDates", "options.columns.c.format"), (question.Faults[0].Code, question.Faults[0].Field));
        Assert.Contains("d/M/yyyy", question.Message, StringComparison.Ordinal);
        Assert.Null(answered.Question);
        Assert.Equal(1704153600, Value(new CellReader(answered.Reading!, trims: true), cells[0])); // 2 January
    }

    [Fact]
    public void The_order_of_another_column_decides_dates_that_fit_two()
    {
        var (first, second) = (Detector(["25/12/2023", "01/02/2024"]), Detector(["01/02/2024", "03/04/2024"]));

        var column = second.Conclude(FileEvidence.Of([first, second], Dialect.Default, new()));

        Assert.Null(column.Question);
        Assert.Equal((Certainty.Guess, "d/M/yyyy"), (column.Certainty, column.Reading!.Format));
    }

    [Fact]
    public void Thousands_and_decimals_are_told_apart_by_the_other_columns()
    {
        var (decided, open) = (Detector(["12,5", "3,75"]), Detector(["1,234", "5,678"]));

        var column = open.Conclude(FileEvidence.Of([decided, open], Dialect.Default, new()));

        Assert.Equal(1.234, Value(new CellReader(column.Reading!, trims: true), "1,234"));
        Assert.Equal(1234, Value(new CellReader(Detect(["1,234", "5,678"]).Reading!, trims: true), "1,234"));
    }

    [Theory]
    [InlineData("created_at", "1700000000|1700000001", "unix-s")]
    [InlineData("timestamp", "1700000000000|1700000000001", "unix-ms")]
    [InlineData("timestamp", "1700000000000000|1700000000000001", "unix-us")]
    [InlineData("timestamp", "1700000000000000000|1700000000000000001", "unix-ns")]
    [InlineData("id", "1700000000000000000|1700000000000000001", null)]
    [InlineData("price", "1700000000|1700000001", null)]
    public void Unix_times_are_dates_if_the_name_says_so(string name, string cells, string? format) =>
        Assert.Equal(format, Detect(cells.Split('|'), name: name).Reading!.Format);

    [Theory]
    [InlineData("0|1|2", true)]
    [InlineData("1|2|3", true)]
    [InlineData("1|3|2", false)]
    [InlineData("||", true)]
    public void A_column_without_a_name_is_left_out_if_it_counts_the_rows_or_is_empty(string cells, bool isLeftOut)
    {
        var column = Detect(cells.Split('|'), isNameless: true);

        Assert.Equal(isLeftOut, column.Reading is null);
        Assert.Single(column.Notes);
    }

    [Fact]
    public void A_kind_that_is_set_is_kept_and_other_cells_count_as_missing()
    {
        var column = Detect(["1", "two", "03"], Options(new() { Kind = ColumnKind.Number }));

        Assert.Equal((ColumnKind.Number, Certainty.Given, 1), (column.Reading!.Kind, column.Certainty, column.Missing));
        Assert.True(double.IsNaN(Value(new CellReader(column.Reading, trims: true), "two")));
        Assert.Equal(ColumnKind.Category, Detect(["1", "2"], Options(new() { Kind = ColumnKind.Category })).Reading!.Kind);
        Assert.Equal(2, Detect(["1", "-999", "NA", "2"], Options(new() { Missing = ["-999", "NA"] })).Missing);
    }

    private static ReadingOptions Options(ColumnOptions column) =>
        new() { Columns = new Dictionary<string, ColumnOptions> { ["c"] = column } };

    private static DetectedColumn Detect(string[] cells, ReadingOptions? options = null, string name = "c", bool isNameless = false)
    {
        var detector = Detector(cells, options, name, isNameless);
        return detector.Conclude(FileEvidence.Of([detector], Dialect.Default, options ?? new()));
    }

    private static ColumnDetector Detector(string[] cells, ReadingOptions? options = null, string name = "c", bool isNameless = false)
    {
        var detector = new ColumnDetector(name, 0, isNameless, options ?? new());
        foreach (var (row, cell) in cells.Index())
        {
            detector.Observe(System.Text.Encoding.UTF8.GetBytes(cell), row + 2);
        }

        return detector;
    }

    private static double Value(CellReader reader, string cell)
    {
        Assert.True(reader.TryRead(System.Text.Encoding.UTF8.GetBytes(cell), out var value), cell);
        return value;
    }
}

using CsvHelper;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Refusals of a CSV, with the line and column of the mistake.</summary>
internal static class CsvRefusal
{
    public delegate bool CellTest(ReadOnlySpan<byte> cell);

    public static RefusedException NoRows() => new("noRows", null, "The file has a header but no rows. Send at least one row.");

    public static RefusedException TooManyRows() => new("requestTooLarge", null,
        $"The file has more than {CsvFormat.MaxRows:N0} rows. Send fewer rows.");

    public static RefusedException RaggedRow(IReadOnlyList<string?> names, int values, long line, Dialect dialect)
    {
        var (columns, delimiter) = (names.Count, DialectDetector.NameOf(dialect.Delimiter));
        return new("raggedRow", null, values < columns
            ? $"Line {line}, column {values + 1}: the row has {values} values, but the header has {columns} columns; the value of " +
                $"\"{names[values] ?? $"column {values + 1}"}\" is the first that is missing. Leave the cell of a missing value empty, " +
                $"but keep its delimiter ({delimiter})."
            : $"Line {line}, column {columns + 1}: the row has {values} values, but the header has only {columns} columns. Put a value " +
                $"that contains the delimiter ({delimiter}) in {Quotes(dialect)}.");
    }

    /// <summary>Refuses the current row because of its first cell for which the test is true.</summary>
    public static RefusedException InCell(CsvReader reader, long line, string code, CellTest isWrong, string sentence)
    {
        var column = 0;
        while (column < reader.FieldCount - 1 && !isWrong(reader.GetSpan(column)))
        {
            column++;
        }

        return new(code, null, $"Line {line}, column {column + 1}: the cell {sentence}");
    }

    /// <param name="csv">Is read again from its start, to count lines and characters.</param>
    /// <param name="bad">The mistake that the reader found.</param>
    /// <param name="dialect">The file's dialect.</param>
    public static RefusedException BadQuote(Stream csv, CsvMalformedRecord bad, Dialect dialect)
    {
        if (bad.Reason == CsvMalformedReason.UnterminatedQuote)
        {
            return new("unclosedQuote", null,
                $"Line {bad.LineNumber + dialect.SkippedLines}: the row that starts here opens a {Quote(dialect)} and never closes " +
                "it. Close it; write a quote inside a quoted value twice.");
        }

        var place = $"Line {bad.LineNumber + dialect.SkippedLines}";
        if (dialect is { Encoding: TextEncoding.Utf8, SkippedLines: 0, Delimiter: not Dialect.Spaces }) // the offset is one in the file
        {
            var (line, column) = PositionOf(csv, bad.ByteOffset);
            place = $"Line {line}, character {column}";
        }

        return new("strayQuote", null, bad.Reason == CsvMalformedReason.TextAfterClosingQuote
            ? $"{place}: text follows a closing {Quote(dialect)}. Write a quote inside a quoted value twice."
            : $"{place}: a value that is not quoted contains a {Quote(dialect)}. Put the whole value in {Quotes(dialect)} and " +
                "write the inner quote twice.");
    }

    public static RefusedException RowTooLong(long line, Dialect dialect) => new("rowTooLong", null,
        $"The row that starts in line {line} is longer than {CsvFormat.MaxRowBytes >> 20} MiB. Often, the cause is a {Quote(dialect)} " +
        "that is not closed.");

    /// <summary>What the dialect's quote is called.</summary>
    private static string Quote(Dialect dialect) => dialect.Quote switch
    {
        '"' => "double quote",
        '\'' => "single quote",
        var other => $"quote ({other})",
    };

    private static string Quotes(Dialect dialect) => Quote(dialect).Replace("quote", "quotes", StringComparison.Ordinal);

    private static (int Line, long Column) PositionOf(Stream csv, long offset)
    {
        var (line, start) = (1, 0L);
        csv.Position = 0;
        using var bytes = new BufferedStream(csv, 1 << 16);
        for (var position = 0L; position < offset; position++)
        {
            if (bytes.ReadByte() == '\n')
            {
                (line, start) = (line + 1, position + 1);
            }
        }

        return (line, offset - start + 1);
    }
}

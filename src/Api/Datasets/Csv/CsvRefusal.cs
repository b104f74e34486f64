using CsvHelper;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Mistakes in a CSV, told with their line and column.</summary>
internal static class CsvRefusal
{
    public delegate bool Wrong(ReadOnlySpan<byte> cell);

    public static RefusedException NoRows() => new("noRows", null, "There is a header and no row below it: send at least one row of values.");

    public static RefusedException RaggedRow(CsvReader reader, IReadOnlyList<string> names) => new("raggedRow", null, reader.FieldCount < names.Count
        ? $"Line {reader.LineNumber}, column {reader.FieldCount + 1}: the row has {reader.FieldCount} values and the header {names.Count} columns; \"{names[reader.FieldCount]}\" is the first without a value. For a missing value leave the cell empty, but keep its comma."
        : $"Line {reader.LineNumber}, column {names.Count + 1}: the row has {reader.FieldCount} values and the header only {names.Count} columns. Put a value that holds a comma in double quotes.");

    /// <summary>A mistake in one of the current row's cells.</summary>
    public static RefusedException OfCell(CsvReader reader, string code, Wrong wrong, string sentence)
    {
        var column = 0;
        while (column < reader.FieldCount - 1 && !wrong(reader.GetSpan(column)))
        {
            column++;
        }

        return new(code, null, $"Line {reader.LineNumber}, column {column + 1}: the cell {sentence}");
    }

    /// <param name="csv">Read from its start up to the mistake, to count lines and characters.</param>
    /// <param name="bad">What the reader found.</param>
    public static RefusedException BadQuote(Stream csv, CsvMalformedRecord bad)
    {
        if (bad.Reason == CsvMalformedReason.UnterminatedQuote)
        {
            return new("unclosedQuote", null, $"Line {bad.LineNumber}: a double quote is opened in the row that starts here and never closed. Close it; a quote inside a quoted value is written twice.");
        }

        var (line, column) = PositionOf(csv, bad.ByteOffset);
        return new("strayQuote", null, bad.Reason == CsvMalformedReason.TextAfterClosingQuote
            ? $"Line {line}, character {column}: text follows a closing double quote. Write a quote inside a quoted value twice."
            : $"Line {line}, character {column}: a double quote stands inside a value that is not quoted. Put the whole value in double quotes and write the inner quote twice.");
    }

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

using CsvHelper;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Refusals of a CSV, with the line and column of the mistake.</summary>
internal static class CsvRefusal
{
    public delegate bool CellTest(ReadOnlySpan<byte> cell);

    public static RefusedException NoRows() => new("noRows", null, "The file has a header but no rows. Send at least one row.");

    public static RefusedException RaggedRow(CsvReader reader, IReadOnlyList<string> names)
    {
        var (line, values, columns) = (reader.LineNumber, reader.FieldCount, names.Count);
        return new("raggedRow", null, values < columns
            ? $"Line {line}, column {values + 1}: the row has {values} values, but the header has {columns} columns; the value of " +
                $"\"{names[values]}\" is the first that is missing. Leave the cell of a missing value empty, but keep its comma."
            : $"Line {line}, column {columns + 1}: the row has {values} values, but the header has only {columns} columns. Put a value " +
                "that contains a comma in double quotes.");
    }

    /// <summary>Refuses the current row because of its first cell for which the test is true.</summary>
    public static RefusedException InCell(CsvReader reader, string code, CellTest isWrong, string sentence)
    {
        var column = 0;
        while (column < reader.FieldCount - 1 && !isWrong(reader.GetSpan(column)))
        {
            column++;
        }

        return new(code, null, $"Line {reader.LineNumber}, column {column + 1}: the cell {sentence}");
    }

    /// <param name="csv">Is read again from its start, to count lines and characters.</param>
    /// <param name="bad">The mistake that the reader found.</param>
    public static RefusedException BadQuote(Stream csv, CsvMalformedRecord bad)
    {
        if (bad.Reason == CsvMalformedReason.UnterminatedQuote)
        {
            return new("unclosedQuote", null,
                $"Line {bad.LineNumber}: the row that starts here opens a double quote and never closes it. Close it; write a quote " +
                "inside a quoted value twice.");
        }

        var (line, column) = PositionOf(csv, bad.ByteOffset);
        return new("strayQuote", null, bad.Reason == CsvMalformedReason.TextAfterClosingQuote
            ? $"Line {line}, character {column}: text follows a closing double quote. Write a quote inside a quoted value twice."
            : $"Line {line}, character {column}: a value that is not quoted contains a double quote. Put the whole value in double " +
                "quotes and write the inner quote twice.");
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

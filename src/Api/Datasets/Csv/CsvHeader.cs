using Velodrome.Training;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Checks the names of the columns. Those that are missing or occur twice get another name later.</summary>
internal static class CsvHeader
{
    /// <exception cref="RefusedException"><c>tooManyColumns</c>, <c>headerTooLong</c>.</exception>
    public static void Check(IReadOnlyList<string?> names, long line)
    {
        CheckCount(names.Count, line);
        for (var position = 1; position <= names.Count; position++)
        {
            if (names[position - 1]?.Length > CsvFormat.MaxNameLength)
            {
                throw new RefusedException("headerTooLong", null,
                    $"Line {line}, column {position}: the column's name has {names[position - 1]!.Length} characters. Give it a name of " +
                    $"at most {CsvFormat.MaxNameLength}.");
            }
        }
    }

    /// <exception cref="RefusedException"><c>tooManyColumns</c>.</exception>
    public static void CheckCount(int columns, long line)
    {
        if (columns > CsvFormat.MaxColumns)
        {
            throw new RefusedException("tooManyColumns", null,
                $"Line {line}: the header has {columns} columns; at most {CsvFormat.MaxColumns} are allowed.");
        }
    }
}

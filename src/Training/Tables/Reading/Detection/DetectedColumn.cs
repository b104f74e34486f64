namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>What the columns of a file show together.</summary>
/// <param name="HasDecimalComma">Whether some numbers can only have a decimal comma, and no number can only have a decimal point.</param>
/// <param name="HasSemicolons">Whether the delimiter is a semicolon, as in countries where the comma is the decimal mark.</param>
/// <param name="IsDayFirst">Whether dates have the day before the month; null if no column decides it.</param>
/// <param name="Options">What the caller has set.</param>
public sealed record FileEvidence(bool HasDecimalComma, bool HasSemicolons, bool? IsDayFirst, ReadingOptions Options)
{
    /// <summary>Collects the evidence of all columns.</summary>
    public static FileEvidence Of(IReadOnlyList<ColumnDetector> columns, Dialect dialect, ReadingOptions options)
    {
        var dayFirst = columns.Any(column => Decides(column, DateFormat.IsDayFirst, DateFormat.IsMonthFirst));
        var monthFirst = columns.Any(column => Decides(column, DateFormat.IsMonthFirst, DateFormat.IsDayFirst));
        return new(
            columns.Any(column => column.HasDecimalComma) && !columns.Any(column => column.HasDecimalPoint),
            dialect.Delimiter == ';',
            dayFirst == monthFirst ? null : dayFirst,
            options);
    }

    private static bool Decides(ColumnDetector column, Func<string, bool> isOrder, Func<string, bool> isOther) =>
        column.DateFormats.Any(isOrder) && !column.DateFormats.Any(isOther);
}

/// <summary>How a column was understood.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Field">Index of its field in the rows.</param>
/// <param name="Reading">How its cells are read; null if it is left out of the dataset.</param>
/// <param name="Certainty">How certain that is.</param>
/// <param name="Reason">What in the column shows it.</param>
/// <param name="Examples">Some of its texts, as they are in the file.</param>
/// <param name="Missing">Cells that count as missing.</param>
/// <param name="Notes">What was changed, left out or guessed.</param>
/// <param name="Question">What the caller must decide before the column can be read; null if nothing.</param>
public sealed record DetectedColumn(
    string Name, int Field, ColumnReading? Reading, Certainty Certainty, string Reason, IReadOnlyList<string> Examples, int Missing,
    IReadOnlyList<ReadingNote> Notes, RefusedException? Question)
{
    /// <summary>Whether every value is a number with a decimal point, and the column is read as numbers.</summary>
    public bool HasPlainNumbers { get; init; }
}

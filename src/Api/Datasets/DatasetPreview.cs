using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;
using Velodrome.Training.Tables.Reading.Detection;

namespace Velodrome.Api.Datasets;

/// <summary>How a file is understood.</summary>
/// <param name="Format">The format in which it was sent, unpacked. The encoding, delimiter and quote are those of a CSV.</param>
/// <param name="Encoding">How its bytes become characters.</param>
/// <param name="Delimiter">What separates the fields: comma, semicolon, tab, pipe, spaces, or another character.</param>
/// <param name="Quote">What encloses a field that contains a delimiter.</param>
/// <param name="Header">Whether the first row has the names of the columns.</param>
/// <param name="SkipLines">Lines before the header that are left out.</param>
/// <param name="Comment">The character with which comment lines begin; null for none.</param>
/// <param name="Total">Number of rows.</param>
/// <param name="Columns">All columns of the file, also those that would be left out.</param>
/// <param name="Rows">The first rows, as the dataset would have them.</param>
/// <param name="Warnings">The warnings that the dataset would have. They are decided from all rows.</param>
/// <param name="Questions">What has to be set in the options before the file can be stored.</param>
internal sealed record DatasetPreview(
    TableFormat Format, Detected<string> Encoding, Detected<string> Delimiter, string Quote, Detected<bool> Header, int SkipLines,
    string? Comment, int Total,
    IReadOnlyList<PreviewColumn> Columns, IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows,
    IReadOnlyList<DatasetWarning> Warnings, IReadOnlyList<Fault> Questions)
{
    /// <summary>Bytes of a column: its description, with a reason and examples.</summary>
    private const long BytesOfColumn = 2 << 10;

    /// <summary>Memory of the answer.</summary>
    /// <param name="scan">The file's columns and rows.</param>
    /// <param name="rows">The most rows to return.</param>
    public static long MemoryOf(CsvScan scan, int rows) =>
        BytesOfColumn * scan.Columns.Count + DatasetRows.MemoryOf(scan.Reading.Columns.Count, Math.Min(rows, scan.Rows));

    /// <param name="csv">Seekable.</param>
    /// <param name="understood">How it is understood.</param>
    /// <param name="warnings">The warnings that the dataset would have.</param>
    /// <param name="rows">The most rows to return.</param>
    public static DatasetPreview Read(Stream csv, UnderstoodFile understood, IReadOnlyList<DatasetWarning> warnings, int rows)
    {
        var (detected, scan) = (understood.Detected, understood.Scan);
        csv.Position = 0;
        return new(
            understood.Format, new(CodePages.NameOf(detected.Encoding.Value), detected.Encoding.Certainty, detected.Encoding.Reason),
            detected.Delimiter, $"{scan.Dialect.Quote}", detected.Header, scan.Dialect.SkippedLines,
            scan.Dialect.Comment is { } comment ? $"{comment}" : null, scan.Rows,
            [.. scan.Columns.Select(PreviewColumn.Of)],
            DatasetRows.Read(csv, scan.Reading, scan.Rows, 0, rows).Rows,
            warnings, scan.Questions);
    }
}

/// <summary>A column as it is understood.</summary>
/// <param name="Name">Its name in the dataset.</param>
/// <param name="Position">Its position in the file, from 1.</param>
/// <param name="Kind">The type of its values; null if it would be left out.</param>
/// <param name="Certainty">How certain that is.</param>
/// <param name="Reason">What in the column shows it.</param>
/// <param name="Number">How numbers are written; null for a decimal point and nothing else.</param>
/// <param name="Format">How dates are written; null for other kinds.</param>
/// <param name="Missing">Cells that would count as missing.</param>
/// <param name="MissingMarkers">Texts that mean a missing value.</param>
/// <param name="Examples">Some of its texts, as they are in the file.</param>
internal sealed record PreviewColumn(
    string Name, int Position, ColumnKind? Kind, Certainty Certainty, string Reason, NumberFormat? Number, string? Format, int Missing,
    IReadOnlyList<string> MissingMarkers, IReadOnlyList<string> Examples)
{
    public static PreviewColumn Of(DetectedColumn column) => new(
        column.Name, column.Field + 1, column.Reading?.Kind, column.Certainty, column.Reason, column.Reading?.Number,
        column.Reading?.Format, column.Missing, column.Reading?.Missing ?? [], column.Examples);
}

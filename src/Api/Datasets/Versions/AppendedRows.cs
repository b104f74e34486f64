using Velodrome.Api.Datasets.Csv;
using Velodrome.Api.Datasets.Formats;
using Velodrome.Data.Datasets;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>Rows that were written so that they continue a stored file.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Notes">What was lost, left out, or counts as missing.</param>
internal sealed record AppendedRows(int Rows, IReadOnlyList<DatasetWarning> Notes)
{
    /// <summary>Checks all rows by the reading of the dataset, and writes them in the dialect of its file.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="options">What the caller has set of their dialect.</param>
    /// <param name="stored">The file that they continue.</param>
    /// <param name="lineBreak">What comes before the first row.</param>
    /// <param name="output">Receives the rows.</param>
    /// <param name="maxBytes">The most bytes to write.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="RefusedException">With the line and column of the first mistake.</exception>
    public static AppendedRows Write(
        ReceivedTable table, ReadingOptions options, StoredFile stored, string lineBreak, Stream output, long maxBytes,
        CancellationToken cancellationToken)
    {
        var dialect = stored.Reading.Dialect;
        using var file = AppendedFile.Open(table, options, stored, cancellationToken);
        var place = new CellPlace(table.Format, file.Rows);
        var columns = new AppendedColumn?[stored.Names.Count]; // null for a field that the dataset leaves out
        foreach (var column in stored.Reading.Columns)
        {
            columns[column.Field] = new(column, table.ReadingOf(column), dialect.TrimsQuoted, place);
        }

        var writer = new RowWriter(output, dialect, columns.Length);
        writer.WriteRaw(lineBreak);
        for (; file.Rows.Next(); place.Row++)
        {
            for (var field = 0; field < columns.Length; field++)
            {
                (place.Index, place.Name) = (file.Fields[field], stored.Names[field]);
                var cell = place.Index < 0 ? [] : file.Rows.Cell(place.Index);
                if (!RowWriter.CanEncode(dialect.Encoding, cell))
                {
                    throw NotInEncoding(cell, place, dialect.Encoding);
                }

                writer.Write(columns[field] is { } column ? column.TextOf(cell) : cell);
            }

            (place.Index, place.Name) = (-1, "");
            writer.EndRow(place);
            if (output.Position > maxBytes)
            {
                throw new RefusedException("bodyTooLarge", null,
                    $"In the encoding of the stored file, the rows are larger than {maxBytes >> 20} MiB. Append them in several requests.");
            }
        }

        return place.Row == 0 ? throw CsvRefusal.NoRows()
            : new(place.Row, [.. table.Notes, .. file.Notes, .. columns.OfType<AppendedColumn>().SelectMany(column => column.Notes())]);
    }

    private static RefusedException NotInEncoding(ReadOnlySpan<byte> cell, CellPlace place, TextEncoding encoding) =>
        new("notInEncoding", place.Field,
            $"{place}: {CellText.Shown(cell)} has a character that the stored file cannot have, because its encoding is " +
            $"{CodePages.NameOf(encoding)}. Replace the character, or upload the whole table as UTF-8 under a new name.");
}

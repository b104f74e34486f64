using System.Text;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>Some rows of a dataset.</summary>
/// <param name="Offset">Number of the first row returned; the dataset's first row is 0.</param>
/// <param name="Total">Rows of the whole dataset.</param>
/// <param name="Rows">Values by column name: a number, true or false, a string, a date as ISO 8601, or null if missing.</param>
internal sealed record DatasetRows(int Offset, int Total, IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows)
{
    /// <summary>Memory of some rows: a row is a dictionary of boxed values.</summary>
    public static long MemoryOf(int columns, int rows) => (long)rows * (200 + 120L * columns);

    /// <param name="csv">At its start.</param>
    /// <param name="reading">How it is understood.</param>
    /// <param name="total">Rows of the whole dataset.</param>
    /// <param name="offset">Number of the first row.</param>
    /// <param name="limit">The most rows.</param>
    public static DatasetRows Read(Stream csv, TableReading reading, int total, int offset, int limit)
    {
        var readers = reading.Columns.Select(column => new CellReader(column, reading.Dialect.TrimsQuoted)).ToList();
        var found = new List<IReadOnlyDictionary<string, object?>>();
        using var rows = new CsvRows(csv, reading.Dialect, isChecked: true, CancellationToken.None);
        for (var number = 0; found.Count < limit && rows.Next(); number++)
        {
            if (number >= offset)
            {
                var row = new Dictionary<string, object?>();
                foreach (var reader in readers)
                {
                    row.Add(reader.Column.Name, Value(reader, rows.Cell(reader.Column.Field)));
                }

                found.Add(row);
            }
        }

        return new(offset, total, found);
    }

    private static object? Value(CellReader reader, ReadOnlySpan<byte> cell)
    {
        if (reader.Column.Kind == ColumnKind.Category)
        {
            return reader.IsMissing(cell) ? null : Encoding.UTF8.GetString(reader.TextOf(cell));
        }

        return !reader.TryRead(cell, out var value) || !(Math.Abs(value) <= NumberColumn.Largest) ? null : reader.Column.Kind switch
        {
            ColumnKind.Boolean => value != 0,
            ColumnKind.Date => DateFormat.ToText(value),
            _ => value,
        };
    }
}

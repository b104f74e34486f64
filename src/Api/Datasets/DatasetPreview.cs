using System.Text;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Some rows of a dataset.</summary>
/// <param name="Offset">Number of the first row returned; the dataset's first row is 0.</param>
/// <param name="Total">Rows of the whole dataset.</param>
/// <param name="Rows">Values by column name: a number, true or false, a text, or null if missing.</param>
internal sealed record DatasetPreview(int Offset, int Total, IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows)
{
    public static DatasetPreview Read(Stream csv, IReadOnlyList<CsvColumn> columns, int total, int offset, int limit)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        using var reader = CsvFormat.Read(csv);
        reader.Read(); // the header
        for (var number = 0; rows.Count < limit && reader.Read(); number++)
        {
            if (number >= offset)
            {
                var row = new Dictionary<string, object?>();
                for (var column = 0; column < columns.Count; column++)
                {
                    row.Add(columns[column].Name, Value(reader.GetSpan(column), columns[column].Kind));
                }

                rows.Add(row);
            }
        }

        return new(offset, total, rows);
    }

    private static object? Value(ReadOnlySpan<byte> cell, ColumnKind kind) =>
        Cell.IsMissing(cell) ? null
        : kind == ColumnKind.Number && Cell.IsNumber(cell, out var number) ? number
        : kind == ColumnKind.Boolean && Cell.IsBoolean(cell, out var truth) ? truth
        : Encoding.UTF8.GetString(cell);
}

using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>The second pass over a CSV: its cells as columns of exactly the right length.</summary>
internal static class CsvTable
{
    /// <param name="csv">A CSV that <see cref="CsvScan"/> has accepted, at its start.</param>
    /// <param name="columns">All its columns, in their order.</param>
    /// <param name="rows">How many rows it has.</param>
    /// <param name="wanted">Names of the columns to read; null for all.</param>
    public static Table Read(Stream csv, IReadOnlyList<CsvColumn> columns, int rows, IReadOnlySet<string>? wanted = null)
    {
        var cells = columns
            .Select((column, position) => (column, position))
            .Where(found => wanted?.Contains(found.column.Name) ?? true)
            .Select(found => (found.position, cells: CellsOf(found.column, rows)))
            .ToArray();
        using var reader = CsvFormat.Read(csv);
        reader.Read(); // the header
        for (var row = 0; row < rows && reader.Read(); row++)
        {
            foreach (var (position, column) in cells)
            {
                column.Set(row, reader.GetSpan(position));
            }
        }

        return new Table(cells.Select(column => column.cells.ToColumn()).ToList());
    }

    private static ColumnCells CellsOf(CsvColumn column, int rows) => column.Kind == ColumnKind.Category
        ? new CategoryCells(column.Name, rows)
        : new NumberCells(column.Name, column.Kind, rows);
}

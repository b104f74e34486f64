using Velodrome.Data.Datasets;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>The result of a first pass over a CSV. It checks every row, counts the rows and determines the kind of each column.</summary>
internal sealed record CsvScan(IReadOnlyList<CsvColumn> Columns, int Rows, IReadOnlyList<DatasetWarning> Warnings)
{
    /// <param name="csv">Seekable; read from its start.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    /// <exception cref="Training.RefusedException">With the line and column of the first mistake.</exception>
    public static CsvScan Read(Stream csv, CancellationToken cancellationToken)
    {
        using var rows = new CsvRows(csv, cancellationToken);
        var scans = rows.Names.Select(name => new ColumnScan(name)).ToArray();
        var count = 0;
        for (; rows.Next(); count++)
        {
            for (var column = 0; column < scans.Length; column++)
            {
                scans[column].Observe(rows.Cell(column), rows.Line);
            }
        }

        return count == 0 ? throw CsvRefusal.NoRows() : new(
            scans.Select((scan, number) => scan.ToColumn(number + 1)).ToList(),
            count,
            scans.Select(scan => scan.WarnIfMostlyNumbers()).OfType<DatasetWarning>().ToList());
    }
}

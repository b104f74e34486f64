using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Reads a CSV that <see cref="CsvScan"/> has accepted as a table.</summary>
internal static class CsvTable
{
    /// <summary>Reads some of the columns.</summary>
    /// <param name="csv">At its start.</param>
    /// <param name="dialect">The file's dialect.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="arrays">Have the length of the columns.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public static Table Read(
        Stream csv, Dialect dialect, IReadOnlyList<ColumnReading> columns, ColumnArrays arrays, CancellationToken cancellationToken)
    {
        var builders = columns.Select(column => ColumnBuilder.For(column, dialect.TrimsQuoted, arrays)).ToArray();
        using var rows = new CsvRows(csv, dialect, isChecked: true, cancellationToken);
        CsvBlocks.Process(rows, arrays.Rows, builders.Length, (block, firstRow, column) =>
        {
            var (builder, field) = (builders[column], columns[column].Field);
            for (var row = 0; row < block.Rows && firstRow + row < arrays.Rows; row++)
            {
                builder.Set(firstRow + row, block.Cell(row, field));
            }
        });
        return new Table([.. builders.Select(builder => builder.Build())]);
    }
}

using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Reads a CSV that <see cref="CsvScan"/> has accepted as a table.</summary>
internal static class CsvTable
{
    /// <param name="csv">At its start.</param>
    /// <param name="columns">All its columns, in their order.</param>
    /// <param name="rows">The number of rows.</param>
    public static Table Read(Stream csv, IReadOnlyList<CsvColumn> columns, int rows) =>
        Read(csv, columns, new ColumnArrays(rows), 0, columns.Count, CancellationToken.None);

    /// <summary>Reads some of the columns.</summary>
    /// <param name="csv">At its start.</param>
    /// <param name="columns">All its columns, in their order.</param>
    /// <param name="arrays">Have the length of the columns.</param>
    /// <param name="first">The first column to read.</param>
    /// <param name="count">The most columns to read.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public static Table Read(
        Stream csv, IReadOnlyList<CsvColumn> columns, ColumnArrays arrays, int first, int count, CancellationToken cancellationToken)
    {
        var builders = columns.Skip(first).Take(count).Select(column => ColumnBuilder.For(column, arrays)).ToArray();
        using var reader = CsvFormat.Read(csv);
        reader.Read(); // the header
        for (var row = 0; row < arrays.Rows && reader.Read(); row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var column = 0; column < builders.Length; column++)
            {
                builders[column].Set(row, reader.GetSpan(first + column));
            }
        }

        return new Table([.. builders.Select(builder => builder.Build())]);
    }
}

using Velodrome.Api.Datasets.Csv;
using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets;

/// <summary>The reading of one dataset with the kinds of another, where every cell of a column can be read so.</summary>
internal static class LikeReading
{
    /// <summary>Names of the columns that another dataset understands as another kind.</summary>
    public static IReadOnlySet<string> ChangedColumns(Dataset dataset, Dataset other)
    {
        var kinds = other.Columns.ToDictionary(column => column.Name, column => column.Kind);
        return dataset.Columns
            .Where(column => kinds.TryGetValue(column.Name, out var kind) && kind != column.Kind).Select(column => column.Name).ToHashSet();
    }

    /// <param name="csv">The first dataset, at its start.</param>
    /// <param name="own">Its reading.</param>
    /// <param name="other">The reading whose kinds it gets.</param>
    /// <param name="cancellationToken">Checked at each row.</param>
    public static TableReading Of(Stream csv, TableReading own, TableReading other, CancellationToken cancellationToken)
    {
        var likes = other.Columns.ToDictionary(column => column.Name);
        var columns = own.Columns.Select(column => likes.GetValueOrDefault(column.Name) is { } like && like.Kind != column.Kind
            ? like with { Field = column.Field, Missing = [.. like.Missing.Union(column.Missing, StringComparer.OrdinalIgnoreCase)] }
            : column).ToArray();
        var readers = columns.Select(column => new CellReader(column, own.Dialect.TrimsQuoted)).ToArray();
        using var rows = new CsvRows(csv, own.Dialect, isChecked: true, cancellationToken);
        while (rows.Next())
        {
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i] != own.Columns[i] && columns[i].Kind != ColumnKind.Category
                    && !readers[i].TryRead(rows.Cell(columns[i].Field), out _))
                {
                    columns[i] = own.Columns[i];
                }
            }
        }

        return own with { Columns = columns };
    }
}

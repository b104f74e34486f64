using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Builds a column cell by cell.</summary>
internal abstract class ColumnBuilder
{
    public static ColumnBuilder For(CsvColumn column, ColumnArrays arrays) => column.Kind == ColumnKind.Category
        ? new CategoryColumnBuilder(column.Name, arrays)
        : new NumberColumnBuilder(column.Name, column.Kind, arrays);

    /// <summary>Sets a cell. Every row must be set, in order.</summary>
    public abstract void Set(int row, ReadOnlySpan<byte> cell);

    public abstract Column Build();
}

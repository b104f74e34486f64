using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Builds a column cell by cell.</summary>
internal abstract class ColumnBuilder
{
    /// <param name="column">How its cells are read.</param>
    /// <param name="trims">See <see cref="Dialect.TrimsQuoted"/>.</param>
    /// <param name="arrays">Have the length of the column.</param>
    public static ColumnBuilder For(ColumnReading column, bool trims, ColumnArrays arrays) => column.Kind == ColumnKind.Category
        ? new CategoryColumnBuilder(new(column, trims), arrays)
        : new NumberColumnBuilder(new(column, trims), arrays);

    /// <summary>Sets a cell. Every row must be set, in order.</summary>
    public abstract void Set(int row, ReadOnlySpan<byte> cell);

    public abstract Column Build();
}

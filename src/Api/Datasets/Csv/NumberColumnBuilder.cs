using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Builds a column of numbers, of dates as seconds, or of booleans as 1 and 0.</summary>
internal sealed class NumberColumnBuilder(CellReader reader, ColumnArrays arrays) : ColumnBuilder
{
    private readonly double[] _values = arrays.TakeNumbers();

    public override void Set(int row, ReadOnlySpan<byte> cell) =>
        _values[row] = reader.TryRead(cell, out var value) && Math.Abs(value) <= NumberColumn.Largest ? value : double.NaN;

    public override Column Build() => new NumberColumn(reader.Column.Name, _values, reader.Column.Kind);
}

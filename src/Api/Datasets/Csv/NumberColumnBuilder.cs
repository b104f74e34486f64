using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Numbers, or booleans as 1 and 0.</summary>
internal sealed class NumberColumnBuilder(string name, ColumnKind kind, ColumnArrays arrays) : ColumnBuilder
{
    private readonly double[] _values = arrays.TakeNumbers();

    public override void Set(int row, ReadOnlySpan<byte> cell) =>
        _values[row] = Cell.IsNumber(cell, out var number) ? number : Cell.IsBoolean(cell, out var truth) ? (truth ? 1 : 0) : double.NaN;

    public override Column Build() => new NumberColumn(name, _values, kind);
}

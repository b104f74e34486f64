using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>A column being filled, row by row.</summary>
internal abstract class ColumnCells
{
    public abstract void Set(int row, ReadOnlySpan<byte> cell);

    public abstract Column ToColumn();
}

using System.Collections.Concurrent;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>
/// Reusable arrays with one element per row, in which columns are built. A large file is profiled in several passes; each pass reuses
/// the arrays of the one before, so memory does not grow with the number of passes. Columns may take them at the same time.
/// </summary>
internal sealed class ColumnArrays(int rows)
{
    private readonly ConcurrentStack<double[]> _numbers = [];
    private readonly ConcurrentStack<int[]> _codes = [];
    private readonly ConcurrentStack<ulong[]> _hashes = [];

    public int Rows => rows;

    public double[] TakeNumbers() => Take(_numbers);

    public int[] TakeCodes() => Take(_codes);

    public ulong[] TakeHashes() => Take(_hashes);

    /// <summary>Takes back the array of a column that is no longer used.</summary>
    public void Return(Column column)
    {
        if (column is NumberColumn numbers)
        {
            _numbers.Push(numbers.Values);
        }
        else if (column is CategoryColumn category)
        {
            _codes.Push(category.Codes);
        }
    }

    public void Return(ulong[] hashes) => _hashes.Push(hashes);

    private T[] Take<T>(ConcurrentStack<T[]> free) => free.TryPop(out var array) ? array : new T[rows];
}

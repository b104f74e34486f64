using System.Runtime.ExceptionServices;
using Velodrome.Data.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets.Columns;

/// <summary>Reads the columns of datasets that are stored as such, on all processors.</summary>
internal sealed class StoredColumns(ColumnStore store)
{
    /// <summary>The columns of a smaller dataset are not stored, because its CSV is parsed in milliseconds.</summary>
    public const long MinCsvBytes = 1 << 20;

    /// <param name="dataset">A complete version.</param>
    /// <param name="columns">The columns to read; null for all.</param>
    /// <param name="cancellationToken">Checked at each chunk.</param>
    /// <returns>Null if a chunk is missing or damaged. Then the CSV has to be read.</returns>
    public Table? TryRead(Dataset dataset, ColumnSet? columns, CancellationToken cancellationToken)
    {
        if (dataset.Bytes < MinCsvBytes)
        {
            return null;
        }

        var all = Enumerable.Range(0, dataset.Columns.Count);
        int[] wanted = [.. all.Where(index => columns?.Contains(dataset.Columns[index].Name) != false)];
        var slices = store.Divide(dataset, wanted);
        if (store.FindMissing(slices).Count > 0)
        {
            return null;
        }

        var builders = wanted.ToDictionary(index => index, index => new StoredColumn(dataset.Columns[index], dataset.Rows));
        return ReadAll(slices, builders, cancellationToken) ? new([.. wanted.Select(index => builders[index].Build())]) : null;
    }

    /// <returns>False if a chunk is missing or damaged.</returns>
    private bool ReadAll(
        IReadOnlyList<ColumnSlice> slices, Dictionary<int, StoredColumn> builders, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            return Parallel.ForEach(slices, options, (slice, state) =>
            {
                if (store.Read(slice) is not { } file)
                {
                    state.Stop();
                    return;
                }

                builders[slice.Column].Read(file, slice);
            }).IsCompleted;
        }
        catch (AggregateException failures) // the caller tells a failure of the database from others
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
            throw;
        }
    }

    /// <summary>A column whose chunks are read in any order.</summary>
    private sealed class StoredColumn(ColumnProfile profile, int rows)
    {
        private readonly double[] _values = profile.Kind == ColumnKind.Category ? [] : new double[rows];
        private readonly int[] _codes = profile.Kind == ColumnKind.Category ? new int[rows] : [];
        private readonly SortedDictionary<int, string[]> _levelsByRow = [];

        public void Read(byte[] file, ColumnSlice slice)
        {
            if (profile.Kind != ColumnKind.Category)
            {
                ColumnFile.ReadNumbers(file, _values.AsMemory(slice.FirstRow, slice.Rows)).GetAwaiter().GetResult();
                return;
            }

            var levels = ColumnFile.ReadCodes(file, _codes.AsMemory(slice.FirstRow, slice.Rows)).GetAwaiter().GetResult();
            lock (_levelsByRow)
            {
                _levelsByRow[slice.FirstRow] = levels;
            }
        }

        public Column Build() => profile.Kind != ColumnKind.Category ? new NumberColumn(profile.Name, _values, profile.Kind)
            : new CategoryColumn(profile.Name, _codes, [.. _levelsByRow.Values.SelectMany(levels => levels)], profile.Distinct);
    }
}

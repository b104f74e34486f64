using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Keeps tables that were read recently, because several runs on a dataset often follow each other. A stored dataset never changes.
/// Callers that ask for the same dataset at the same time share one read.
/// </summary>
/// <param name="read">Reads the table of a dataset.</param>
internal sealed class TableCache(Func<long, Table> read) : IDisposable
{
    private const long MaxBytes = 256 << 20;

    private readonly MemoryCache _tables = new(new MemoryCacheOptions { SizeLimit = MaxBytes });
    private readonly ConcurrentDictionary<long, Lazy<Table>> _reads = new();

    /// <inheritdoc cref="DatasetReader.Read"/>
    public Table Read(long datasetId)
    {
        while (true)
        {
            if (_tables.TryGetValue(datasetId, out Table? cached))
            {
                return cached!;
            }

            var own = new Lazy<Table>(() => ReadAndCache(datasetId));
            var shared = _reads.GetOrAdd(datasetId, own);
            try
            {
                return shared.Value;
            }
            catch when (shared != own)
            {
                // Another caller's read failed. That failure is its own; this caller tries again.
            }
            finally
            {
                _reads.TryRemove(new(datasetId, shared));
            }
        }
    }

    public void Dispose() => _tables.Dispose();

    private Table ReadAndCache(long datasetId)
    {
        if (_tables.TryGetValue(datasetId, out Table? cached)) // by a read that ended after this caller had looked
        {
            return cached!;
        }

        var table = read(datasetId);
        var size = (long)table.Rows * table.Columns.Count * sizeof(double);
        return _tables.Set(datasetId, table, new MemoryCacheEntryOptions { Size = size });
    }
}

using Microsoft.Extensions.Caching.Memory;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Tables that were read lately: a dataset never changes once it is stored, and runs on it come in rows.</summary>
internal sealed class TableCache(DatasetReader datasets) : IDisposable
{
    private const long Bytes = 256 << 20;

    private readonly MemoryCache _tables = new(new MemoryCacheOptions { SizeLimit = Bytes });

    /// <inheritdoc cref="DatasetReader.Read"/>
    public Table Read(long datasetId)
    {
        if (_tables.TryGetValue(datasetId, out Table? known))
        {
            return known!;
        }

        var table = datasets.Read(datasetId);
        return _tables.Set(datasetId, table, new MemoryCacheEntryOptions { Size = (long)table.Rows * table.Columns.Count * sizeof(double) });
    }

    public void Dispose() => _tables.Dispose();
}

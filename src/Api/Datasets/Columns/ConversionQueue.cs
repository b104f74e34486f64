using System.Threading.Channels;
using Velodrome.Data.Datasets;

namespace Velodrome.Api.Datasets.Columns;

/// <summary>A table whose columns are to be stored.</summary>
/// <param name="Dataset">A complete version.</param>
/// <param name="Key">The table in the <see cref="TableCache"/>.</param>
internal sealed record WaitingTable(Dataset Dataset, TableKey Key);

/// <summary>Tables that <see cref="ColumnConversion"/> stores next. They do not take memory: a table that is no longer in the cache is left
/// out.</summary>
internal sealed class ConversionQueue
{
    private readonly Channel<WaitingTable> _waiting =
        Channel.CreateBounded<WaitingTable>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <param name="dataset">A complete version.</param>
    /// <param name="key">A table that was read from its CSV.</param>
    public void Offer(Dataset dataset, TableKey key)
    {
        if (dataset.Bytes >= StoredColumns.MinCsvBytes)
        {
            _waiting.Writer.TryWrite(new(dataset, key));
        }
    }

    public IAsyncEnumerable<WaitingTable> ReadAll(CancellationToken cancellationToken) =>
        _waiting.Reader.ReadAllAsync(cancellationToken);
}

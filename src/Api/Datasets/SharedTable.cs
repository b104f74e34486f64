using Velodrome.Api.Memory;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>Which table is read.</summary>
/// <param name="DatasetId">Its dataset.</param>
/// <param name="LikeId">A dataset with whose kinds of columns it is read, as far as its cells allow it; null for its own.</param>
/// <param name="Columns">The columns to read; null for all.</param>
internal readonly record struct TableKey(long DatasetId, long? LikeId = null, ColumnSet? Columns = null)
{
    /// <summary>Whether a table has everything that another key asks for.</summary>
    public bool Includes(TableKey other) => (DatasetId, LikeId) == (other.DatasetId, other.LikeId)
        && (Columns is null || other.Columns?.IsSubsetOf(Columns) == true);
}

/// <summary>A table in a <see cref="TableCache"/>. Its members are used under the lock of the cache.</summary>
internal sealed class SharedTable(TableKey key)
{
    private int _users;
    private int _runs;

    public TableKey Key => key;

    /// <summary>The read that all users share.</summary>
    public Task<Table> Read { get; set; } = Task.FromCanceled<Table>(new(canceled: true));

    /// <summary>Ends the read.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>The table's memory; null until it is read.</summary>
    public MemoryReservation? Memory { get; private set; }

    public long BytesReserved => Memory?.Bytes ?? 0;

    /// <summary>Whether the table is kept although nothing uses it now.</summary>
    public bool IsUnused => _users == 0 && Memory is not null;

    /// <summary>Orders unused tables by their last use.</summary>
    public long LastUse { get; set; }

    public void Enter(bool forRun)
    {
        _users++;
        _runs += forRun ? 1 : 0;
        SetUse();
    }

    /// <returns>Whether the last user has left.</returns>
    public bool Leave(bool forRun)
    {
        _users--;
        _runs -= forRun ? 1 : 0;
        SetUse();
        return _users == 0;
    }

    public void Keep(MemoryReservation reserved)
    {
        Memory = reserved;
        SetUse();
    }

    private void SetUse() => Memory?.Become(_runs > 0 ? MemoryUse.Run : _users > 0 ? MemoryUse.Request : MemoryUse.Cache);
}

/// <summary>A table that stays in memory until the lease is disposed.</summary>
internal sealed class TableLease(Table table, Action leave) : IDisposable
{
    private Action? _leave = leave;

    public Table Table => table;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}

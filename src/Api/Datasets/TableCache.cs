using Velodrome.Api.Memory;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Reads tables for runs and requests, and keeps recently used ones, because several runs on a dataset often follow each other. A stored
/// dataset never changes. Callers that need the same table at the same time share one read, which is cancelled when no caller waits for it
/// any more. The number of reads at a time is limited. The memory of a table is reserved before the table is read.
/// </summary>
/// <param name="measure">Estimates the memory of a table.</param>
/// <param name="read">Reads a table.</param>
/// <param name="memory">Where tables reserve their memory.</param>
/// <param name="readsAtATime">Reads that run at the same time; others wait.</param>
internal sealed class TableCache(
    Func<TableKey, CancellationToken, Task<TableSize>> measure, Func<TableKey, CancellationToken, Table> read, MemoryBudget memory,
    int readsAtATime) : IGivesWay, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TableKey, SharedTable> _tables = [];
    private readonly SemaphoreSlim _reads = new(readsAtATime);
    private long _uses;

    /// <summary>The most bytes of unused tables that are kept.</summary>
    private long MaxUnusedBytes => memory.ForRequests / 2;

    /// <summary>Waits for a table, and keeps it in memory until the lease is disposed.</summary>
    /// <param name="key">The table.</param>
    /// <param name="run">A run's reservation, which then includes the table. Null for a request.</param>
    /// <param name="cancellationToken">Ends the wait, and the read if no other caller waits for it.</param>
    /// <exception cref="RefusedException"><c>memoryBusy</c>, <c>requestTooLarge</c>; for a run, <c>tableTooLarge</c>; and those of
    /// <see cref="DatasetReader"/>.</exception>
    public async Task<TableLease> Lease(TableKey key, MemoryReservation? run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (table, isOwnRead) = Enter(key, run);
            try
            {
                var read = await table.Read.WaitAsync(cancellationToken);
                if (!isOwnRead && run is not null)
                {
                    if (table.BytesReserved > run.Bytes)
                    {
                        throw MemoryRefusals.TableTooLarge(table.BytesReserved, run.Bytes);
                    }

                    run.ShrinkTo(run.Bytes - table.BytesReserved); // from now on, the table's own reservation counts as the run's
                }

                return new(read, () => Leave(table, forRun: run is not null));
            }
            catch (RefusedException busy) when (run is not null && !isOwnRead && busy.Faults[0].Code is "memoryBusy" or "requestTooLarge")
            {
                Leave(table, forRun: true); // the read was a request's: the run reads again, with its own memory
            }
            catch
            {
                Leave(table, forRun: run is not null);
                throw;
            }
        }
    }

    /// <summary>Keeps a table in memory until the lease is disposed.</summary>
    /// <returns>Null if it is not in memory.</returns>
    public TableLease? TryLease(TableKey key)
    {
        lock (_lock)
        {
            if (Find(key, long.MaxValue) is not { Read.IsCompletedSuccessfully: true } table)
            {
                return null;
            }

            table.Enter(forRun: false);
            return new(table.Read.Result, () => Leave(table, forRun: false));
        }
    }

    /// <summary>Adds a table that nothing uses yet.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="table">As it would be read.</param>
    /// <param name="reserved">Its memory, which belongs to the cache from now on.</param>
    public void Add(TableKey key, Table table, MemoryReservation reserved)
    {
        List<MemoryReservation> removed;
        lock (_lock)
        {
            var added = new SharedTable(key) { Read = Task.FromResult(table), LastUse = ++_uses };
            if (_tables.TryAdd(key, added))
            {
                added.Keep(reserved);
                removed = RemoveSurplus();
            }
            else
            {
                removed = [reserved];
            }
        }

        Release(removed);
    }

    /// <inheritdoc/>
    public IReadOnlyList<MemoryReservation> GiveWay(long bytes)
    {
        lock (_lock)
        {
            return RemoveUnused(bytes);
        }
    }

    public void Dispose() => _reads.Dispose();

    private (SharedTable Table, bool IsOwnRead) Enter(TableKey key, MemoryReservation? run)
    {
        lock (_lock)
        {
            var known = Find(key, maxBytes: run?.Bytes ?? long.MaxValue);
            var table = known ?? (_tables[key] = new(key));
            table.Enter(forRun: run is not null);
            if (known is null)
            {
                table.Read = Task.Run(() => ReadTable(table, run));
            }

            return (table, known is null);
        }
    }

    /// <summary>The table itself, or one that has more columns than are needed.</summary>
    private SharedTable? Find(TableKey key, long maxBytes) => _tables.GetValueOrDefault(key)
        ?? _tables.Values.FirstOrDefault(table => table.Key.Includes(key) && table.BytesReserved <= maxBytes);

    private void Leave(SharedTable table, bool forRun)
    {
        List<MemoryReservation> removed = [];
        lock (_lock)
        {
            if (table.Leave(forRun))
            {
                table.LastUse = ++_uses;
                if (table.Memory is null) // the read has failed, or no caller waits for it
                {
                    Forget(table);
                    table.Stop.Cancel();
                }

                removed = RemoveSurplus();
            }
        }

        Release(removed);
    }

    private void Release(List<MemoryReservation> removed)
    {
        removed.ForEach(reservation => reservation.Dispose());
        memory.ServeWaiting();
    }

    private List<MemoryReservation> RemoveSurplus() =>
        RemoveUnused(_tables.Values.Where(table => table.IsUnused).Sum(table => table.BytesReserved) - MaxUnusedBytes);

    /// <summary>Removes unused tables, the least recently used first.</summary>
    private List<MemoryReservation> RemoveUnused(long bytes)
    {
        var removed = new List<MemoryReservation>();
        foreach (var table in _tables.Values.Where(table => table.IsUnused).OrderBy(table => table.LastUse).ToList())
        {
            if (bytes <= 0)
            {
                break;
            }

            bytes -= table.BytesReserved;
            removed.Add(table.Memory!);
            Forget(table);
        }

        return removed;
    }

    private void Forget(SharedTable table)
    {
        if (_tables.TryGetValue(table.Key, out var known) && known == table)
        {
            _tables.Remove(table.Key);
        }
    }

    private async Task<Table> ReadTable(SharedTable table, MemoryReservation? run)
    {
        var cancellationToken = table.Stop.Token;
        await _reads.WaitAsync(cancellationToken);
        try
        {
            var size = await measure(table.Key, cancellationToken);
            var reserved = run is null
                ? await memory.ReserveForRequest(size.BytesWhileRead, cancellationToken)
                : size.BytesWhileRead <= run.Bytes ? run.Split(size.BytesWhileRead)
                : throw MemoryRefusals.TableTooLarge(size.Bytes, run.Bytes);
            try
            {
                var done = await Task.Factory.StartNew(
                    () => read(table.Key, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning,
                    TaskScheduler.Default);
                reserved.ShrinkTo(done.Bytes);
                lock (_lock)
                {
                    cancellationToken.ThrowIfCancellationRequested(); // the last waiting caller has left
                    table.Keep(reserved);
                }

                return done;
            }
            catch
            {
                reserved.Dispose();
                throw;
            }
        }
        finally
        {
            _reads.Release();
        }
    }
}

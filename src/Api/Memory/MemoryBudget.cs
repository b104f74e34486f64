using Velodrome.Training;

namespace Velodrome.Api.Memory;

/// <summary>What memory is reserved for.</summary>
internal enum MemoryUse
{
    /// <summary>A run in training, and the tables that it reads.</summary>
    Run,

    /// <summary>A request, and what it reads.</summary>
    Request,

    /// <summary>A table that is kept although nothing uses it now. It is removed when a run or request needs its memory.</summary>
    Cache,
}

/// <summary>
/// The memory of the process, in bytes. Work that takes much memory reserves it here first, so that all reservations together never exceed
/// <see cref="Total"/>. A reservation is an upper estimate. It allocates nothing.
/// </summary>
/// <remarks>
/// Runs together leave <see cref="ForRequests"/> free, so that requests are answered while every worker trains. While a run waits for
/// memory, requests take no more than <see cref="ForRequests"/>, so that they cannot delay the run without end.
/// </remarks>
/// <param name="total">Bytes that all reservations together may have.</param>
/// <param name="forRequests">Bytes that runs leave for requests.</param>
/// <param name="time">Measures how long requests wait.</param>
/// <param name="maxProcessBytes">Bytes that the process may have; by default not checked.</param>
internal sealed class MemoryBudget(long total, long forRequests, TimeProvider time, long maxProcessBytes = long.MaxValue)
{
    /// <summary>The longest time that a request waits for memory before it is refused.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Before a smaller reservation garbage is not collected: a collection costs more than it gains.</summary>
    private const long LargeBytes = 16 << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly List<IGivesWay> _caches = [];
    private readonly long[] _used = new long[3];

    /// <summary>Bytes that all reservations together may have.</summary>
    public long Total { get; } = total;

    /// <summary>Bytes that runs leave for requests.</summary>
    public long ForRequests { get; } = forRequests;

    /// <summary>Bytes that are reserved now.</summary>
    public long Used
    {
        get
        {
            lock (_lock)
            {
                return _used.Sum();
            }
        }
    }

    /// <summary>Whether a run or a request uses reserved memory now.</summary>
    public bool IsInUse
    {
        get
        {
            lock (_lock)
            {
                return _used[(int)MemoryUse.Run] + _used[(int)MemoryUse.Request] > 0;
            }
        }
    }

    /// <summary>Adds a cache that gives memory back when a run or a request needs it.</summary>
    public void Add(IGivesWay cache) => _caches.Add(cache);

    /// <summary>Reserves memory for a run, as soon as there is enough.</summary>
    /// <param name="bytes">At most <see cref="Total"/> less <see cref="ForRequests"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<MemoryReservation> ReserveForRun(long bytes, CancellationToken cancellationToken) =>
        CollectGarbageBefore(await Reserve(MemoryUse.Run, bytes, cancellationToken));

    /// <summary>Reserves memory for a request, which waits for it at most <see cref="RequestTimeout"/>.</summary>
    /// <exception cref="RefusedException"><c>memoryBusy</c>: others use the memory. <c>requestTooLarge</c>: the request needs more than
    /// <see cref="Total"/>.</exception>
    public async Task<MemoryReservation> ReserveForRequest(long bytes, CancellationToken cancellationToken)
    {
        if (bytes > Total)
        {
            throw MemoryRefusals.NeverFits(bytes, Total);
        }

        if (TryReserve(MemoryUse.Request, bytes) is { } reserved)
        {
            return CollectGarbageBefore(reserved);
        }

        using var timeout = new CancellationTokenSource(RequestTimeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return CollectGarbageBefore(await Reserve(MemoryUse.Request, bytes, ends.Token));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw MemoryRefusals.Busy(bytes, Total - Used);
        }
    }

    /// <summary>Reserves memory if there is enough now.</summary>
    /// <returns>Null if there is not enough.</returns>
    public MemoryReservation? TryReserve(MemoryUse use, long bytes)
    {
        while (true)
        {
            long missing;
            lock (_lock)
            {
                if (TryTake(use, bytes, out missing))
                {
                    return new(this, use, bytes);
                }
            }

            if (!MakeRoom(missing))
            {
                return null;
            }
        }
    }

    internal void Release(MemoryUse use, long bytes)
    {
        lock (_lock)
        {
            _used[(int)use] -= bytes;
        }

        ServeWaiting();
    }

    /// <summary>Takes no lock but the budget's, so that a cache may call it while it holds its own lock.</summary>
    internal void Move(MemoryUse from, MemoryUse to, long bytes)
    {
        lock (_lock)
        {
            _used[(int)from] -= bytes;
            _used[(int)to] += bytes;
        }
    }

    /// <summary>Collects garbage if the process would otherwise grow beyond its limit: memory that others have released may still be
    /// garbage, which the collection returns to the system.</summary>
    private MemoryReservation CollectGarbageBefore(MemoryReservation use)
    {
        if (use.Bytes >= LargeBytes && Environment.WorkingSet > maxProcessBytes - use.Bytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        return use;
    }

    private async Task<MemoryReservation> Reserve(MemoryUse use, long bytes, CancellationToken cancellationToken)
    {
        if (TryReserve(use, bytes) is { } reserved)
        {
            return reserved;
        }

        var waiter = new Waiter(use, bytes, new(TaskCreationOptions.RunContinuationsAsynchronously));
        LinkedListNode<Waiter> node;
        lock (_lock)
        {
            node = _waiting.AddLast(waiter);
        }

        using var ends = cancellationToken.Register(() =>
        {
            lock (_lock)
            {
                if (node.List is not null) // otherwise it has just been served
                {
                    _waiting.Remove(node);
                    waiter.Served.SetCanceled(cancellationToken);
                }
            }
        });
        ServeWaiting(); // memory may have become free in between
        return await waiter.Served.Task;
    }

    /// <summary>Gives free memory to waiters in the order of their arrival; a waiter for whom it is not enough is skipped. Call it,
    /// without holding a lock, after memory was moved to <see cref="MemoryUse.Cache"/>.</summary>
    public void ServeWaiting()
    {
        while (true)
        {
            var (hasServed, leastMissing) = (false, long.MaxValue);
            lock (_lock)
            {
                for (var node = _waiting.First; node is not null;)
                {
                    var (next, waiter) = (node.Next, node.Value);
                    if (TryTake(waiter.Use, waiter.Bytes, out var missing))
                    {
                        _waiting.Remove(node);
                        waiter.Served.SetResult(new(this, waiter.Use, waiter.Bytes));
                        hasServed = true; // may allow more to waiters before it
                    }
                    else
                    {
                        leastMissing = Math.Min(leastMissing, missing);
                    }

                    node = next;
                }
            }

            if (!hasServed && (leastMissing == long.MaxValue || !MakeRoom(leastMissing)))
            {
                return;
            }
        }
    }

    /// <param name="use">What the memory is for.</param>
    /// <param name="bytes">Bytes to take.</param>
    /// <param name="missing">Bytes that caches have to give back first; <see cref="long.MaxValue"/> if that does not help.</param>
    private bool TryTake(MemoryUse use, long bytes, out long missing)
    {
        var used = _used[(int)use] + bytes;
        var isAllowed = use switch
        {
            MemoryUse.Run => used <= Total - ForRequests,
            MemoryUse.Request => used <= ForRequests || !_waiting.Any(waiter => waiter.Use == MemoryUse.Run),
            _ => true,
        };
        missing = _used.Sum() + bytes - Total;
        if (isAllowed && missing <= 0)
        {
            _used[(int)use] += bytes;
            return true;
        }

        if (!isAllowed || use == MemoryUse.Cache || missing > _used[(int)MemoryUse.Cache])
        {
            missing = long.MaxValue;
        }

        return false;
    }

    /// <summary>Takes memory back from caches. Called without the lock, because a cache takes its own lock first.</summary>
    private bool MakeRoom(long missing)
    {
        if (missing == long.MaxValue)
        {
            return false;
        }

        var freed = 0L;
        foreach (var cache in _caches)
        {
            foreach (var reservation in freed < missing ? cache.GiveWay(missing - freed) : [])
            {
                freed += reservation.Forget();
            }
        }

        lock (_lock)
        {
            _used[(int)MemoryUse.Cache] -= freed;
        }

        return freed > 0;
    }

    private sealed record Waiter(MemoryUse Use, long Bytes, TaskCompletionSource<MemoryReservation> Served);
}

/// <summary>A cache that gives memory back on request.</summary>
internal interface IGivesWay
{
    /// <summary>Removes unused entries, the least recently used first, until they had at least this many bytes or none is left.</summary>
    /// <returns>The reservations of what was removed.</returns>
    IReadOnlyList<MemoryReservation> GiveWay(long bytes);
}

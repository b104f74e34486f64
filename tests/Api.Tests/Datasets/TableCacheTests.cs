using Velodrome.Api.Datasets;
using Velodrome.Api.Memory;
using Velodrome.Training;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Tables of 24 bytes, for which 40 are reserved while they are read, in a budget of 200, of which 100 are for requests.</summary>
public sealed class TableCacheTests : IDisposable
{
    private static readonly Table SmallTable = new([new NumberColumn("x", [1, 2, 3])]);

    private readonly ManualResetEventSlim _isReading = new();
    private readonly ManualResetEventSlim _goOn = new();
    private readonly MemoryBudget _memory = new(total: 200, forRequests: 100, TimeProvider.System);
    private int _reads;

    [Fact]
    public async Task Callers_at_the_same_time_share_one_read()
    {
        using var cache = Create((_, _) => ReadSlowly());

        var callers = Enumerable.Range(0, 8).Select(_ => cache.Lease(new(1), run: null, default)).ToList();
        _isReading.Wait();
        Assert.Equal(40, _memory.Used);
        _goOn.Set();

        Assert.All(await Task.WhenAll(callers), lease => Assert.Same(SmallTable, lease.Table));
        Assert.Equal(1, _reads);
        Assert.Equal(24, _memory.Used);
    }

    [Fact]
    public async Task A_table_that_was_added_is_not_read()
    {
        using var cache = Create((_, _) => throw new InvalidOperationException("It is there."));
        cache.Add(new(1), SmallTable, _memory.TryReserve(MemoryUse.Request, 24)!);
        cache.Add(new(1), SmallTable, _memory.TryReserve(MemoryUse.Request, 24)!); // once is enough

        Assert.Equal(24, _memory.Used);
        using var lease = await cache.Lease(new(1), run: null, default);
        Assert.Same(SmallTable, lease.Table);
    }

    [Fact]
    public async Task A_table_with_more_columns_than_are_needed_is_not_read_again()
    {
        using var cache = Create((_, _) => CountedRead());
        using var all = await cache.Lease(new(1), run: null, default);

        using var some = await cache.Lease(new(1, Columns: new("x")), run: null, default);
        Assert.Equal((1, all.Table), (_reads, some.Table));

        using var like = await cache.Lease(new(1, LikeId: 2, new("x")), run: null, default);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_table_with_fewer_columns_than_are_needed_is_read_again()
    {
        using var cache = Create((_, _) => CountedRead());
        (await cache.Lease(new(1, Columns: new("x", "y")), run: null, default)).Dispose();

        (await cache.Lease(new(1, Columns: new("y", "x")), run: null, default)).Dispose();
        (await cache.Lease(new(1, Columns: new("x")), run: null, default)).Dispose();
        Assert.Equal(1, _reads);

        (await cache.Lease(new(1, Columns: new("x", "z")), run: null, default)).Dispose();
        Assert.Equal(2, _reads);
        (await cache.Lease(new(1), run: null, default)).Dispose();
        Assert.Equal(3, _reads);
    }

    [Fact]
    public async Task A_table_that_is_not_in_memory_is_not_read_for_a_lease_that_can_do_without()
    {
        using var cache = Create((_, _) => CountedRead());
        Assert.Null(cache.TryLease(new(1)));
        (await cache.Lease(new(1), run: null, default)).Dispose();

        using var lease = cache.TryLease(new(1, Columns: new("x")));

        Assert.NotNull(lease);
        Assert.Equal(1, _reads);
    }

    [Fact]
    public void Only_the_newest_tables_that_were_added_are_kept()
    {
        using var cache = Create((_, _) => SmallTable);
        for (var id = 1; id <= 5; id++)
        {
            cache.Add(new(id), SmallTable, _memory.TryReserve(MemoryUse.Request, 24)!);
        }

        Assert.Equal(48, _memory.Used);
    }

    [Fact]
    public async Task A_dataset_does_not_wait_for_the_read_of_another()
    {
        using var cache = Create((id, _) => id == 1 ? ReadSlowly() : SmallTable);

        var slow = cache.Lease(new(1), run: null, default);
        _isReading.Wait();
        Assert.Same(SmallTable, (await cache.Lease(new(2), run: null, default)).Table);
        _goOn.Set();

        Assert.Same(SmallTable, (await slow).Table);
    }

    [Fact]
    public async Task No_more_reads_run_at_a_time_than_may()
    {
        using var cache = Create((id, _) => id == 1 ? ReadSlowly() : SmallTable, readsAtATime: 1);

        var slow = cache.Lease(new(1), run: null, default);
        _isReading.Wait();
        var second = cache.Lease(new(2), run: null, default);
        Assert.Equal(40, _memory.Used); // the second read has not even reserved its memory
        _goOn.Set();

        await slow;
        Assert.Same(SmallTable, (await second).Table);
    }

    [Fact]
    public async Task A_failure_goes_to_all_who_wait_and_is_not_cached()
    {
        using var cache = Create((_, _) => Interlocked.Increment(ref _reads) == 1 ? FailSlowly() : SmallTable);

        var callers = Enumerable.Range(0, 3).Select(_ => cache.Lease(new(1), run: null, default)).ToList();
        _isReading.Wait();
        _goOn.Set();
        await Task.WhenAny(Task.WhenAll(callers));

        Assert.All(callers, caller => Assert.True(caller.IsFaulted));
        Assert.Equal(0, _memory.Used);
        Assert.Same(SmallTable, (await cache.Lease(new(1), run: null, default)).Table);
    }

    [Fact]
    public async Task A_read_ends_when_the_last_who_waits_has_left()
    {
        using var stopped = new ManualResetEventSlim();
        using var cache = Create((_, cancellationToken) =>
        {
            _isReading.Set();
            cancellationToken.WaitHandle.WaitOne();
            stopped.Set();
            throw new OperationCanceledException(cancellationToken);
        });
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var callers = new[] { cache.Lease(new(1), run: null, first.Token), cache.Lease(new(1), run: null, second.Token) };
        _isReading.Wait();

        first.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => callers[0]);
        Assert.False(stopped.IsSet);
        second.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => callers[1]);

        stopped.Wait();
        await Wait.Until(() => _memory.Used == 0, () => $"{_memory.Used} bytes are reserved");
    }

    [Fact]
    public async Task A_table_is_kept_after_its_use_and_gives_way_to_a_run()
    {
        using var cache = Create((_, _) => CountedRead());
        (await cache.Lease(new(1), run: null, default)).Dispose();
        (await cache.Lease(new(1), run: null, default)).Dispose();
        Assert.Equal((1, 24), (_reads, _memory.Used));
        using var request = await _memory.ReserveForRequest(90, default);

        using var run = await _memory.ReserveForRun(100, default);

        Assert.Equal(190, _memory.Used);
        (await cache.Lease(new(1), run, default)).Dispose();
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_table_in_use_does_not_give_way()
    {
        using var cache = Create((_, _) => SmallTable);
        using var lease = await cache.Lease(new(1), run: null, default);

        Assert.Null(_memory.TryReserve(MemoryUse.Request, 190));
        lease.Dispose();
        Assert.NotNull(_memory.TryReserve(MemoryUse.Request, 190));
    }

    [Fact]
    public async Task A_table_of_a_run_is_a_part_of_its_reservation()
    {
        using var cache = Create((_, _) => CountedRead());
        using var first = await _memory.ReserveForRun(50, default);
        using var second = await _memory.ReserveForRun(50, default);

        using (await cache.Lease(new(1), first, default))
        using (await cache.Lease(new(1), second, default))
        {
            Assert.Equal((10, 26, 1), (first.Bytes, second.Bytes, _reads));
            Assert.Equal(10 + 26 + 24, _memory.Used);
            Assert.Null(_memory.TryReserve(MemoryUse.Run, 41)); // the table counts as the runs'
        }

        Assert.NotNull(_memory.TryReserve(MemoryUse.Run, 64));
    }

    [Fact]
    public async Task A_run_whose_table_is_larger_than_its_memory_is_refused()
    {
        using var cache = Create((_, _) => SmallTable);
        using var run = await _memory.ReserveForRun(39, default);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => cache.Lease(new(1), run, default));

        Assert.Equal("tableTooLarge", refused.Faults[0].Code);
        Assert.Equal(39, _memory.Used);
    }

    [Fact]
    public async Task Of_unused_tables_only_some_are_kept()
    {
        using var cache = Create((_, _) => CountedRead());
        foreach (var id in new[] { 1, 2, 3 })
        {
            (await cache.Lease(new(id), run: null, default)).Dispose();
        }

        Assert.Equal(48, _memory.Used); // half of what is for requests holds two
        (await cache.Lease(new(3), run: null, default)).Dispose();
        Assert.Equal(3, _reads);
        (await cache.Lease(new(1), run: null, default)).Dispose();
        Assert.Equal(4, _reads);
    }

    public void Dispose()
    {
        _isReading.Dispose();
        _goOn.Dispose();
    }

    private TableCache Create(Func<long, CancellationToken, Table> read, int readsAtATime = 8)
    {
        var cache = new TableCache(
            (_, _) => Task.FromResult(new TableSize(24, 40)), (key, cancellationToken) => read(key.DatasetId, cancellationToken), _memory,
            readsAtATime);
        _memory.Add(cache);
        return cache;
    }

    private Table CountedRead()
    {
        _reads++;
        return SmallTable;
    }

    private Table ReadSlowly()
    {
        _reads++;
        _isReading.Set();
        _goOn.Wait();
        return SmallTable;
    }

    private Table FailSlowly()
    {
        _isReading.Set();
        _goOn.Wait();
        throw new IOException();
    }
}

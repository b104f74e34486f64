using Velodrome.Api.Datasets;
using Velodrome.Training.Tables;

namespace Velodrome.Api.Tests.Datasets;

public sealed class TableCacheTests : IDisposable
{
    private static readonly Table SmallTable = new([new NumberColumn("x", [1, 2, 3])]);

    private readonly ManualResetEventSlim _isReading = new();
    private readonly ManualResetEventSlim _goOn = new();
    private int _reads;

    [Fact]
    public async Task Callers_at_the_same_time_share_one_read()
    {
        using var cache = new TableCache(_ => ReadSlowly());

        var callers = Enumerable.Range(0, 8).Select(_ => OnOwnThread(() => cache.Read(1))).ToList();
        _isReading.Wait();
        _goOn.Set();

        Assert.All(await Task.WhenAll(callers), table => Assert.Same(SmallTable, table));
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task A_dataset_does_not_wait_for_the_read_of_another()
    {
        using var cache = new TableCache(id => id == 1 ? ReadSlowly() : SmallTable);

        var slow = OnOwnThread(() => cache.Read(1));
        _isReading.Wait();
        Assert.Same(SmallTable, cache.Read(2));
        _goOn.Set();

        Assert.Same(SmallTable, await slow);
    }

    [Fact]
    public void A_failure_is_not_cached()
    {
        using var cache = new TableCache(_ => ++_reads == 1 ? throw new IOException() : SmallTable);

        Assert.Throws<IOException>(() => cache.Read(1));
        Assert.Same(SmallTable, cache.Read(1));
        Assert.Same(SmallTable, cache.Read(1));
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_failed_read_fails_one_caller_and_the_others_read_again()
    {
        using var cache = new TableCache(_ => Interlocked.Increment(ref _reads) == 1 ? FailSlowly() : SmallTable);

        var callers = Enumerable.Range(0, 8).Select(_ => OnOwnThread(() => cache.Read(1))).ToList();
        _isReading.Wait();
        _goOn.Set();
        await Task.WhenAny(Task.WhenAll(callers));

        Assert.InRange(callers.Count(caller => caller.IsFaulted), 0, 1);
        Assert.All(callers.Where(caller => !caller.IsFaulted), caller => Assert.Same(SmallTable, caller.Result));
        Assert.Equal(2, _reads);
    }

    public void Dispose()
    {
        _isReading.Dispose();
        _goOn.Dispose();
    }

    private static Task<Table> OnOwnThread(Func<Table> read) =>
        Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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

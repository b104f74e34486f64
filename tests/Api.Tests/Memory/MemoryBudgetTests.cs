using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Memory;

/// <summary>A budget of 100 bytes, of which runs leave 20 for requests.</summary>
public sealed class MemoryBudgetTests
{
    private readonly ManualTime _time = new();
    private readonly MemoryBudget _budget;

    public MemoryBudgetTests() => _budget = new(total: 100, forRequests: 20, _time);

    [Theory]
    [InlineData(nameof(MemoryUse.Run), 80)]
    [InlineData(nameof(MemoryUse.Request), 100)]
    [InlineData(nameof(MemoryUse.Cache), 100)]
    public void Runs_leave_the_part_for_requests_and_the_others_may_have_all(string use, long most)
    {
        Assert.Null(_budget.TryReserve(Enum.Parse<MemoryUse>(use), most + 1));
        using var reserved = _budget.TryReserve(Enum.Parse<MemoryUse>(use), most);

        Assert.Equal(most, _budget.Used);
    }

    [Fact]
    public void All_reservations_together_never_exceed_the_total()
    {
        using var run = _budget.TryReserve(MemoryUse.Run, 70);
        using var request = _budget.TryReserve(MemoryUse.Request, 30);

        Assert.Null(_budget.TryReserve(MemoryUse.Request, 1));
        Assert.Null(_budget.TryReserve(MemoryUse.Cache, 1));
        run!.ShrinkTo(60);
        Assert.NotNull(_budget.TryReserve(MemoryUse.Request, 10));
    }

    [Theory]
    [InlineData(nameof(MemoryUse.Run), true)]
    [InlineData(nameof(MemoryUse.Request), true)]
    [InlineData(nameof(MemoryUse.Cache), false)]
    public void The_budget_is_in_use_while_a_run_or_a_request_has_memory(string use, bool expected)
    {
        using (_budget.TryReserve(Enum.Parse<MemoryUse>(use), 1))
        {
            Assert.Equal(expected, _budget.IsInUse);
        }

        Assert.False(_budget.IsInUse);
    }

    [Fact]
    public async Task A_run_waits_until_another_has_ended()
    {
        var first = await _budget.ReserveForRun(80, default);
        var second = _budget.ReserveForRun(80, default);
        Assert.False(second.IsCompleted);

        first.Dispose();

        using var reserved = await second;
        Assert.Equal(80, _budget.Used);
    }

    [Fact]
    public async Task A_run_that_stops_waiting_takes_no_memory()
    {
        using var stop = new CancellationTokenSource();
        var first = await _budget.ReserveForRun(80, default);
        var second = _budget.ReserveForRun(80, stop.Token);

        stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public async Task While_a_run_waits_requests_take_no_more_than_their_part()
    {
        var large = await _budget.ReserveForRequest(50, default);
        var run = _budget.ReserveForRun(80, default);

        Assert.Null(_budget.TryReserve(MemoryUse.Request, 1));
        large.Dispose();

        using var reserved = await run;
        Assert.NotNull(_budget.TryReserve(MemoryUse.Request, 20));
    }

    [Fact]
    public async Task A_request_that_waits_too_long_is_refused_with_what_it_needs_and_what_is_free()
    {
        using var run = await _budget.ReserveForRun(80, default);
        var request = _budget.ReserveForRequest(21, default);
        Assert.False(request.IsCompleted);

        _time.Advance(_budget.RequestTimeout);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => request);
        Assert.Equal("memoryBusy", refused.Faults[0].Code);
        Assert.Equal(80, _budget.Used);
    }

    [Fact]
    public async Task A_request_that_can_never_fit_is_refused_at_once()
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => _budget.ReserveForRequest(101, default));

        Assert.Equal("requestTooLarge", refused.Faults[0].Code);
    }

    [Fact]
    public async Task Caches_give_way_to_runs_and_to_requests()
    {
        var cache = new Cache(_budget, 40, 40, 20);
        _budget.Add(cache);

        using var run = await _budget.ReserveForRun(55, default);
        Assert.Equal([40, 40], cache.Gave.Order().Reverse());
        using var request = await _budget.ReserveForRequest(45, default);

        Assert.Equal(100, _budget.Used);
        Assert.Equal(3, cache.Gave.Count);
    }

    [Fact]
    public async Task A_cache_keeps_what_would_not_be_enough()
    {
        var cache = new Cache(_budget, 20);
        _budget.Add(cache);
        using var run = await _budget.ReserveForRun(60, default);

        Assert.Null(_budget.TryReserve(MemoryUse.Request, 41));

        Assert.Empty(cache.Gave);
    }

    [Fact]
    public async Task Memory_that_becomes_unused_goes_to_those_who_wait()
    {
        var cache = new Cache(_budget);
        _budget.Add(cache);
        var used = await _budget.ReserveForRequest(90, default);
        var run = _budget.ReserveForRun(80, default);

        used.Become(MemoryUse.Cache);
        cache.Keep(used);
        _budget.ServeWaiting();

        using var reserved = await run;
        Assert.Equal(80, _budget.Used);
    }

    [Fact]
    public async Task Many_threads_never_exceed_the_total()
    {
        var most = 0L;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                using var reserved = thread % 2 == 0
                    ? await _budget.ReserveForRun(10 + i % 60, default)
                    : await _budget.ReserveForRequest(1 + i % 20, default);
                InterlockedMax(ref most, _budget.Used);
            }
        })));

        Assert.InRange(most, 1, 100);
        Assert.Equal(0, _budget.Used);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private sealed class Cache : IGivesWay
    {
        private readonly Queue<MemoryReservation> _kept = [];

        public Cache(MemoryBudget budget, params long[] sizes) =>
            Array.ForEach(sizes, size => Keep(budget.TryReserve(MemoryUse.Cache, size)!));

        public List<long> Gave { get; } = [];

        public void Keep(MemoryReservation reservation) => _kept.Enqueue(reservation);

        public IReadOnlyList<MemoryReservation> GiveWay(long bytes)
        {
            var given = new List<MemoryReservation>();
            for (; bytes > 0 && _kept.TryDequeue(out var reservation); bytes -= reservation.Bytes)
            {
                Gave.Add(reservation.Bytes);
                given.Add(reservation);
            }

            return given;
        }
    }
}

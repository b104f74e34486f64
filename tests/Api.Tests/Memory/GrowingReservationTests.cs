using Velodrome.Api.Memory;
using Velodrome.Training;

namespace Velodrome.Api.Tests.Memory;

/// <summary>In a budget of 100 bytes.</summary>
public sealed class GrowingReservationTests
{
    private readonly MemoryBudget _budget = new(total: 100, forRequests: 20, TimeProvider.System);

    [Fact]
    public void It_grows_at_least_twofold_as_far_as_there_is_memory_and_gives_everything_back()
    {
        using (var reserved = new GrowingReservation(_budget))
        {
            reserved.EnsureAtLeast(30);
            Assert.Equal(30, _budget.Used);
            reserved.EnsureAtLeast(20);
            Assert.Equal(30, _budget.Used);
            reserved.EnsureAtLeast(31);
            Assert.Equal(60, _budget.Used);
            reserved.EnsureAtLeast(100);
            Assert.Equal(100, _budget.Used);
        }

        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void If_there_is_not_twice_as_much_it_grows_by_what_is_needed()
    {
        using var other = _budget.TryReserve(MemoryUse.Request, 60);
        using var reserved = new GrowingReservation(_budget);
        reserved.EnsureAtLeast(30);

        reserved.EnsureAtLeast(35);

        Assert.Equal(95, _budget.Used);
    }

    [Theory]
    [InlineData(41, "memoryBusy")]
    [InlineData(101, "requestTooLarge")]
    public void What_does_not_fit_is_refused(long bytes, string code)
    {
        using var other = _budget.TryReserve(MemoryUse.Request, 60);
        using var reserved = new GrowingReservation(_budget);

        Assert.Equal(code, Assert.Throws<RefusedException>(() => reserved.EnsureAtLeast(bytes)).Faults[0].Code);
        Assert.Equal(60, _budget.Used);
    }
}

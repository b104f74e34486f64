using Velodrome.Data.Runs;

namespace Velodrome.Data.Tests.Runs;

public sealed class WriteThrottleTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(60);

    [Fact]
    public void Nothing_is_written_twice_in_fifty_milliseconds() => Assert.False(new WriteThrottle().AllowsWrite(TimeSpan.FromMilliseconds(49)));

    [Fact]
    public void A_slow_first_write_holds_nothing_up()
    {
        var pace = After(2);

        Assert.True(pace.AllowsWrite(Soon));
    }

    [Fact]
    public void Writing_takes_no_more_than_a_twentieth_of_the_time()
    {
        var pace = After(0.2, 0.1, 0.3);

        Assert.False(pace.AllowsWrite(TimeSpan.FromSeconds(1.89)));
        Assert.True(pace.AllowsWrite(TimeSpan.FromSeconds(1.9)));
    }

    [Fact]
    public void One_slow_write_among_quick_ones_holds_nothing_up()
    {
        var pace = After(0.001, 5);

        Assert.True(pace.AllowsWrite(Soon));
    }

    private static WriteThrottle After(params double[] seconds)
    {
        var pace = new WriteThrottle();
        foreach (var time in seconds)
        {
            pace.RecordDuration(TimeSpan.FromSeconds(time));
        }

        return pace;
    }
}

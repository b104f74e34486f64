using Velodrome.Data.Runs;

namespace Velodrome.Data.Tests.Runs;

public sealed class WriteThrottleTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(60);

    [Fact]
    public void Two_writes_are_at_least_fifty_milliseconds_apart()
    {
        Assert.False(new WriteThrottle().AllowsWrite(TimeSpan.FromMilliseconds(49)));
        Assert.True(new WriteThrottle().AllowsWrite(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void A_slow_first_write_does_not_delay_the_second()
    {
        var throttle = After(2);

        Assert.True(throttle.AllowsWrite(Soon));
    }

    [Fact]
    public void Writing_takes_at_most_a_twentieth_of_the_time()
    {
        var throttle = After(0.2, 0.1, 0.3);

        Assert.False(throttle.AllowsWrite(TimeSpan.FromSeconds(1.89)));
        Assert.True(throttle.AllowsWrite(TimeSpan.FromSeconds(1.9)));
    }

    [Fact]
    public void A_single_slow_write_does_not_delay_the_next()
    {
        var throttle = After(0.001, 5);

        Assert.True(throttle.AllowsWrite(Soon));
    }

    private static WriteThrottle After(params double[] seconds)
    {
        var throttle = new WriteThrottle();
        foreach (var time in seconds)
        {
            throttle.RecordDuration(TimeSpan.FromSeconds(time));
        }

        return throttle;
    }
}

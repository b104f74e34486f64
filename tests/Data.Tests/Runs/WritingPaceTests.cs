using Velodrome.Data.Runs;

namespace Velodrome.Data.Tests.Runs;

public sealed class WritingPaceTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(60);

    [Fact]
    public void Nothing_is_written_twice_in_fifty_milliseconds() => Assert.False(new WritingPace().Allows(TimeSpan.FromMilliseconds(49)));

    [Fact]
    public void A_slow_first_write_holds_nothing_up()
    {
        var pace = After(2);

        Assert.True(pace.Allows(Soon));
    }

    [Fact]
    public void Writing_takes_no_more_than_a_twentieth_of_the_time()
    {
        var pace = After(0.2, 0.1, 0.3);

        Assert.False(pace.Allows(TimeSpan.FromSeconds(1.89)));
        Assert.True(pace.Allows(TimeSpan.FromSeconds(1.9)));
    }

    [Fact]
    public void One_slow_write_among_quick_ones_holds_nothing_up()
    {
        var pace = After(0.001, 5);

        Assert.True(pace.Allows(Soon));
    }

    private static WritingPace After(params double[] seconds)
    {
        var pace = new WritingPace();
        foreach (var time in seconds)
        {
            pace.Took(TimeSpan.FromSeconds(time));
        }

        return pace;
    }
}

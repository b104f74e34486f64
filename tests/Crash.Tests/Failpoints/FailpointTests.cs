using Velodrome.Failpoints;

namespace Velodrome.Crash.Tests.Failpoints;

public sealed class FailpointTests
{
    [Fact]
    public void A_failpoint_is_read_as_it_is_written() => Assert.Equal(new("finish", Side.After, 2), Failpoint.Parse(new Failpoint("finish", Side.After, 2).ToString()));

    [Theory]
    [InlineData("finish")]
    [InlineData("finnish:before:1")]
    [InlineData("finish:beside:1")]
    [InlineData("finish:before:often")]
    public void What_is_no_failpoint_is_refused(string text) => Assert.Throws<FormatException>(() => Failpoint.Parse(text));
}

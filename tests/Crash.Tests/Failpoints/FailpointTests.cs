using Velodrome.Failpoints;

namespace Velodrome.Crash.Tests.Failpoints;

public sealed class FailpointTests
{
    [Fact]
    public void The_text_form_is_parsed_back_to_the_same_failpoint()
    {
        var failpoint = new Failpoint("finish", Side.After, Occurrence: 2);

        Assert.Equal(failpoint, Failpoint.Parse(failpoint.ToString()));
    }

    [Theory]
    [InlineData("finish")]
    [InlineData("finnish:before:1")]
    [InlineData("finish:during:1")]
    [InlineData("finish:before:often")]
    public void Other_text_is_refused(string text) => Assert.Throws<FormatException>(() => Failpoint.Parse(text));
}

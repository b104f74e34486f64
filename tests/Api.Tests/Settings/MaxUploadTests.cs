using Velodrome.Api.Settings;

namespace Velodrome.Api.Tests.Settings;

public sealed class MaxUploadTests
{
    [Theory]
    [InlineData(null, 16_000, 4_000)] // a quarter of the disk
    [InlineData(null, 400, 512)]
    [InlineData(null, 1_000_000, 8_192)] // the memory
    [InlineData(100, 1_000_000, 100)]
    [InlineData(9_000, 400, 9_000)]
    public void The_default_is_what_the_disk_and_the_memory_bear(int? setting, long freeMegabytes, long expected)
    {
        var settings = new VelodromeSettings { MaxUploadMegabytes = setting, MaxMemoryMegabytes = 8_192 };

        Assert.Equal(expected << 20, settings.MaxUploadBytes(freeMegabytes << 20));
    }

    [Fact]
    public void The_default_is_at_most_what_all_temporary_files_may_have()
    {
        var settings = new VelodromeSettings { MaxMemoryMegabytes = 8_192, MaxSpoolMegabytes = 100 };

        Assert.Equal(100L << 20, settings.MaxUploadBytes(1L << 40));
    }
}

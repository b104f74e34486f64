using Velodrome.Api.Datasets.Formats.Archives;

namespace Velodrome.Api.Tests.Datasets.Formats;

public sealed class Crc32Tests
{
    /// <summary>The check value of CRC-32/ISO-HDLC: https://reveng.sourceforge.io/crc-catalogue/all.htm.</summary>
    [Fact]
    public void The_checksum_is_the_one_of_the_catalogue()
    {
        var checksum = new Crc32();
        checksum.Append("1234"u8);
        checksum.Append("56789"u8);

        Assert.Equal(0xCBF43926, checksum.Value);
    }
}

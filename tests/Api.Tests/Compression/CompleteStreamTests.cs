using System.IO.Compression;
using System.Text;
using Velodrome.Api.Compression;

namespace Velodrome.Api.Tests.Compression;

/// <summary>Compressed data is decompressed whole, or not at all.</summary>
public sealed class CompleteStreamTests
{
    private static readonly byte[] Table = Encoding.ASCII.GetBytes(
        "a,b\n" + string.Concat(Enumerable.Range(0, 40).Select(row => $"{row},{row * row % 97}\n")));

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task What_is_cut_off_anywhere_is_refused(string encoding)
    {
        var compressed = Compress(Table, encoding);

        Assert.Equal(Table, await Decompress(compressed, encoding));
        for (var length = 1; length < compressed.Length; length++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => Decompress(compressed[..length], encoding));
        }
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 100_000)] // the data ends in the middle of what was read, or where it ends
    [InlineData("br", 1)]
    [InlineData("br", 100_000)]
    public async Task Bytes_that_follow_are_refused(string encoding, int count)
    {
        var followed = (byte[])[.. Compress(Table, encoding), .. Enumerable.Repeat((byte)'x', count)];

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => Decompress(followed, encoding));
        var alone = await Assert.ThrowsAsync<InvalidDataException>(() => Decompress(followed, encoding, block: 1));

        Assert.Equal("other bytes follow its compressed data", refused.Message);
        Assert.Equal("other bytes follow its compressed data", alone.Message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Long_data_is_read_whole_in_blocks_of_any_length(string encoding)
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes.AsSpan(0, 200_000)); // and zeros

        Assert.Equal(bytes, await Decompress(Compress(bytes, encoding), encoding));
        Assert.Equal(bytes, await Decompress(Compress(bytes, encoding), encoding, block: 777));
    }

    [Fact]
    public async Task Members_of_gzip_in_a_row_are_one_file()
    {
        byte[] twice = [.. Compress(Table, "gzip"), .. Compress(Table, "gzip")];

        Assert.Equal(Table.Concat(Table), await Decompress(twice, "gzip"));
        Assert.Equal(Table.Concat(Table), await Decompress(twice, "gzip", block: 1));
        await Assert.ThrowsAsync<InvalidDataException>(() => Decompress(twice[..^4], "gzip"));
    }

    [Fact]
    public async Task A_gzip_with_another_checksum_is_damaged()
    {
        var gzip = Compress(Table, "gzip");
        gzip[^8] ^= 1;

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => Decompress(gzip, "gzip"));

        Assert.Equal("its compressed data is damaged or cut off", refused.Message);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Nothing_is_an_empty_file(string encoding) => Assert.Empty(await Decompress([], encoding));

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        var buffer = new MemoryStream();
        using (Stream compressed = encoding == "gzip"
            ? new GZipStream(buffer, CompressionMode.Compress) : new BrotliStream(buffer, CompressionMode.Compress))
        {
            compressed.Write(bytes);
        }

        return buffer.ToArray();
    }

    private static async Task<byte[]> Decompress(byte[] compressed, string encoding, int block = 1 << 16)
    {
        using var source = new Blocks(compressed, block);
        using Stream decompressed = encoding == "gzip" ? new CompleteGzip(source) : new CompleteBrotli(source);
        var result = new MemoryStream();
        await decompressed.CopyToAsync(result);
        return result.ToArray();
    }

    /// <summary>Gives at most so many bytes at once, as a network does.</summary>
    private sealed class Blocks(byte[] bytes, int block) : ForwardStream
    {
        private int _position;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = Math.Min(Math.Min(block, buffer.Length), bytes.Length - _position);
            bytes.AsMemory(_position, length).CopyTo(buffer);
            _position += length;
            return new(length);
        }
    }
}

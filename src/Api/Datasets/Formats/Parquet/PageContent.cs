using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Parquet.Meta;
using Snappier;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats.Parquet;

/// <summary>Decompresses pages in order to check them.</summary>
internal static class PageContent
{
    /// <summary>Bytes that the library may allocate beyond a page's length, because a zstd frame need not state its length.</summary>
    private const int ZstdSlack = 1 << 20;

    /// <returns>The content of a page, without the levels of version 2.</returns>
    /// <exception cref="RefusedException"><c>unsupportedCompression</c>.</exception>
    /// <exception cref="InvalidDataException">It has another length than the header says.</exception>
    public static ReadOnlySpan<byte> Decompress(byte[] stored, PageHeader page, CompressionCodec codec)
    {
        var compressed = stored.AsSpan((int)page.LevelBytes);
        if (page.IsVersion2 && !page.IsCompressed)
        {
            codec = CompressionCodec.UNCOMPRESSED;
        }

        // For a page of version 2, the library's buffer has room for the levels too. These codecs do not fill that room, but the library
        // reads the whole buffer.
        if (page is { IsVersion2: true, LevelBytes: > 0 } && codec is CompressionCodec.BROTLI or CompressionCodec.LZ4_RAW)
        {
            throw Unsupported($"{codec} in data pages of version 2");
        }

        var content = new byte[page.Uncompressed - page.LevelBytes];
        return Decompress(compressed, content, codec) == content.Length ? content
            : throw new InvalidDataException("a page has another length than its header says");
    }

    /// <summary>Counts the values of a page that is not encoded.</summary>
    /// <param name="content">The page.</param>
    /// <param name="valueBytes">Length of a value; 0 if each begins with its length.</param>
    public static int CountValues(ReadOnlySpan<byte> content, int valueBytes)
    {
        if (valueBytes > 0)
        {
            return content.Length / valueBytes;
        }

        var count = 0;
        for (; content.Length >= sizeof(int); count++)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(content);
            if (length > content.Length - sizeof(int))
            {
                break;
            }

            content = content[(sizeof(int) + (int)length)..];
        }

        return count;
    }

    /// <returns>The length of the content, or another number if it does not fit.</returns>
    private static int Decompress(Span<byte> compressed, Span<byte> content, CompressionCodec codec)
    {
        if (content.IsEmpty && compressed.IsEmpty)
        {
            return 0;
        }

        switch (codec)
        {
            case CompressionCodec.UNCOMPRESSED:
                return compressed.Length;
            case CompressionCodec.SNAPPY:
                return Snappy.GetUncompressedLength(compressed) == content.Length ? Snappy.Decompress(compressed, content) : -1;
            case CompressionCodec.GZIP:
                return Read(new GZipStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress), content);
            case CompressionCodec.BROTLI:
                return BrotliDecoder.TryDecompress(compressed, content, out var length) ? length : -1;
            case CompressionCodec.LZ4_RAW:
                return LZ4Codec.Decode(compressed, content);
            case CompressionCodec.ZSTD:
                using (var zstd = new ZstdSharp.Decompressor())
                {
                    return ZstdSharp.Decompressor.GetDecompressedSize(compressed) <= 2 * (ulong)content.Length + ZstdSlack
                        ? zstd.Unwrap(compressed, content) : -1;
                }

            default:
                throw Unsupported(codec.ToString());
        }
    }

    private static int Read(Stream stream, Span<byte> content)
    {
        using (stream)
        {
            var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return stream.ReadByte() < 0 ? length : -1;
        }
    }

    private static RefusedException Unsupported(string codec) => new("unsupportedCompression", null,
        $"The Parquet file is compressed with {codec}, which is not read. Write it with Snappy, gzip or zstd.");
}

using System.Buffers.Binary;

namespace Velodrome.Data.Sqlite;

/// <summary>
/// Recognises a write-ahead log that belongs to another database, for example because a backup replaced the file, but not its log. SQLite
/// finds the log by its name alone: it would apply the log, and so replace pages of the database by those of the other one.
/// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
/// </summary>
internal static class SqliteLog
{
    private const uint Magic = 0x377f0682; // with 1 added, its checksums are of big-endian numbers
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const int FirstPage = 1;

    /// <param name="log">The file beside the database whose name ends in -wal. It may be missing.</param>
    /// <param name="id">The database's <see cref="SqliteFileId"/>.</param>
    public static bool IsOfAnotherDatabase(string log, int id)
    {
        if (id == 0 || !File.Exists(log))
        {
            return false;
        }

        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        var header = new byte[HeaderLength];
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || (Number(header, 0) & ~1U) != Magic)
        {
            return false; // SQLite does not apply it
        }

        var isBigEndian = (Number(header, 0) & 1) != 0;
        var sum = Checksum(header.AsSpan(0, 24), isBigEndian, default);
        var frame = new byte[FrameHeaderLength + Number(header, 8)]; // a header and a page
        for (var isIntact = IsEqual(sum, header, 24); isIntact;)
        {
            if (stream.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) < frame.Length
                || !frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8)))
            {
                break; // the rest is from before the last checkpoint
            }

            sum = Checksum(frame.AsSpan(FrameHeaderLength), isBigEndian, Checksum(frame.AsSpan(0, 8), isBigEndian, sum));
            isIntact = IsEqual(sum, frame, 16);
            if (isIntact && Number(frame, 0) == FirstPage && SqliteFileId.Read(frame.AsSpan(FrameHeaderLength)) != id)
            {
                return true;
            }
        }

        return false;
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);

    private static bool IsEqual((uint First, uint Second) sum, ReadOnlySpan<byte> bytes, int offset) =>
        sum == (Number(bytes, offset), Number(bytes, offset + 4));

    /// <param name="bytes">Its length is a multiple of 8.</param>
    /// <param name="isBigEndian">The order of the bytes of each number.</param>
    /// <param name="sum">The checksum of what comes before.</param>
    private static (uint First, uint Second) Checksum(ReadOnlySpan<byte> bytes, bool isBigEndian, (uint First, uint Second) sum)
    {
        var (first, second) = sum;
        for (; bytes.Length > 0; bytes = bytes[8..])
        {
            first += Next(bytes) + second;
            second += Next(bytes[4..]) + first;
        }

        return (first, second);

        uint Next(ReadOnlySpan<byte> number) =>
            isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(number) : BinaryPrimitives.ReadUInt32LittleEndian(number);
    }
}

using System.Runtime.InteropServices;

namespace Velodrome.Training.Serialization;

/// <summary>
/// Reads arrays of numbers as little-endian bytes, one array after the other, without copying them as a whole. The arrays must not
/// change during the read.
/// </summary>
internal sealed class ArrayStream(params IReadOnlyList<Array> arrays) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = arrays.Sum(array => (long)Buffer.ByteLength(array));

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Fills the buffer, unless the last array ends before.</summary>
    public override int Read(Span<byte> buffer)
    {
        var (read, start) = (0, 0L);
        foreach (var array in arrays)
        {
            var bytes = BytesOf(array);
            if (_position < start + bytes.Length && read < buffer.Length)
            {
                bytes = bytes[(int)(_position - start)..];
                bytes = bytes[..Math.Min(bytes.Length, buffer.Length - read)];
                bytes.CopyTo(buffer[read..]);
                read += bytes.Length;
                _position += bytes.Length;
            }

            start += Buffer.ByteLength(array);
        }

        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static ReadOnlySpan<byte> BytesOf(Array array) =>
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array));
}

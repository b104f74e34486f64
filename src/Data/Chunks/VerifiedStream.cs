using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Damage;

namespace Velodrome.Data.Chunks;

/// <summary>
/// Reads the bytes of a checkpoint or model, with one piece in memory at a time, and compares each piece with its checksum before it
/// returns any of its bytes.
/// </summary>
/// <param name="database">Only read from.</param>
/// <param name="row">Holds the first piece.</param>
/// <exception cref="DamagedBytesException">A read found that a piece is damaged or missing.</exception>
public sealed class VerifiedStream(TrainingDbContext database, IChunked row) : Stream
{
    private ReadOnlyMemory<byte> _piece;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_piece.IsEmpty && _next <= row.Chunks)
        {
            _piece = ReadPiece(_next++);
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece.Span[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }

    /// <summary>Verifies all pieces that are not read yet, and discards their bytes.</summary>
    public void ReadToEnd()
    {
        for (; _next <= row.Chunks; _next++)
        {
            ReadPiece(_next);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private byte[] ReadPiece(int number)
    {
        var (bytes, sha256) = number == 0 ? (row.Bytes, row.Sha256) : ReadChunk(number);
        return Checksum.Matches(bytes, sha256) ? bytes : throw new DamagedBytesException(row.Chunks == 0
            ? "its bytes have another SHA-256 than the one that was stored with them"
            : $"piece {number + 1} of {row.Chunks + 1} has another SHA-256 than the one that was stored with it");
    }

    private (byte[] Bytes, string Sha256) ReadChunk(int number)
    {
        var chunk = database.RunChunks.AsNoTracking().SingleOrDefault(chunk =>
            chunk.RunId == row.RunId && chunk.ChunkSet == row.ChunkSet && chunk.Number == number);
        return chunk is null
            ? throw new DamagedBytesException($"piece {number + 1} of {row.Chunks + 1} is missing")
            : (chunk.Bytes, chunk.Sha256);
    }
}

/// <summary>The bytes of a checkpoint or model differ from those that were written.</summary>
/// <param name="what">What is wrong with it, as the end of a sentence.</param>
public sealed class DamagedBytesException(string what) : Exception(what);

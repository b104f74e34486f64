using Velodrome.Data;
using Velodrome.Data.Datasets;

namespace Velodrome.Api.Datasets;

/// <summary>Reads a dataset's CSV from the database, with one chunk in memory at a time, and verifies each chunk.</summary>
internal sealed class ChunkStream(TrainingDbContext database, Dataset dataset) : Stream
{
    private readonly VerifiedChunks _chunks = VerifiedChunks.OfWhole(database, dataset);
    private ReadOnlyMemory<byte> _chunk;
    private bool _isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_chunk.IsEmpty)
        {
            _chunk = _chunks.ReadNext();
        }

        var count = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>A response disposes its stream twice. A second disposal of the pooled context would take it from another request.</summary>
    protected override void Dispose(bool disposing)
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            database.Dispose();
        }

        base.Dispose(disposing);
    }
}

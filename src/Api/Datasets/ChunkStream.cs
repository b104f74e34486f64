using Velodrome.Data;

namespace Velodrome.Api.Datasets;

/// <summary>Reads a dataset's CSV from the database, with one chunk in memory at a time.</summary>
internal sealed class ChunkStream(TrainingDbContext database, long datasetId) : Stream
{
    private ReadOnlyMemory<byte> _chunk;
    private int _next;

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
            var number = _next++;
            _chunk = database.DatasetChunks
                .Where(chunk => chunk.DatasetId == datasetId && chunk.Number == number)
                .Select(chunk => chunk.Bytes)
                .SingleOrDefault();
        }

        var length = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..length].CopyTo(buffer);
        _chunk = _chunk[length..];
        return length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        database.Dispose();
        base.Dispose(disposing);
    }
}

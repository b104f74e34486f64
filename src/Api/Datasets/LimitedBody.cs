namespace Velodrome.Api.Datasets;

/// <summary>A request body that throws when more than a limit is read from it.</summary>
internal sealed class LimitedBody(Stream body, long limit, Func<Exception> tooLarge) : Stream
{
    /// <summary>The framework reads a header line of any length into memory before it checks its own limit of 16 KiB.</summary>
    private const int MaxHeaderBytes = 32 << 10;

    private long _read;
    private long _headersEnd = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Until <see cref="EndHeaders"/>, only as much is read as the headers of a form's part may need.</summary>
    public void BeginHeaders() => _headersEnd = _read + MaxHeaderBytes;

    public void EndHeaders() => _headersEnd = long.MaxValue;

    public override int Read(byte[] buffer, int offset, int count) => Count(body.Read(buffer, offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await body.ReadAsync(buffer, cancellationToken));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Count(int length)
    {
        _read += length;
        if (_read > limit)
        {
            throw tooLarge();
        }

        return _read <= _headersEnd ? length
            : throw new InvalidDataException($"the headers of a part are longer than {MaxHeaderBytes >> 10} KiB");
    }
}

namespace Velodrome.Api.Datasets.Versions;

/// <summary>The CSV of a new version: that of the version before, and the rows that are appended. It can be read again from its start.
/// </summary>
/// <param name="openBefore">Opens the CSV of the version before.</param>
/// <param name="lengthBefore">Its length.</param>
/// <param name="added">The appended rows. Seekable; stays open.</param>
internal sealed class VersionStream(Func<Stream> openBefore, long lengthBefore, Stream added) : Stream
{
    private Stream? _before;
    private bool _isBeforeRead;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => lengthBefore + added.Length;

    /// <summary>Can only be set to 0.</summary>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(value, 0);
            _before?.Dispose();
            (_before, _isBeforeRead, _position) = (null, false, 0);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var length = 0;
        if (!_isBeforeRead)
        {
            _before ??= openBefore();
            length = _before.Read(buffer); // up to its end, where it says if it was damaged
            _isBeforeRead = length == 0;
        }

        if (_isBeforeRead)
        {
            added.Position = _position - lengthBefore;
            length = added.Read(buffer);
        }

        _position += length;
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
        if (disposing)
        {
            _before?.Dispose();
        }

        base.Dispose(disposing);
    }
}

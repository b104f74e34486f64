namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>
/// A stream of XML that throws when a tag or a text is longer than any that Excel writes. The XML reader keeps the current one in memory,
/// so this limits the memory that it takes.
/// </summary>
internal sealed class TagLimit(Stream xml) : Stream
{
    private const int MaxLength = 4 << 20; // a cell has at most 32,767 characters

    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = xml.Read(buffer, offset, count);
        var last = buffer.AsSpan(offset, read).LastIndexOf((byte)'<');
        _length = last < 0 ? _length + read : read - last;
        return _length <= MaxLength ? read : throw new InvalidDataException($"a cell or a tag is longer than {MaxLength >> 20} MiB");
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
            xml.Dispose();
        }

        base.Dispose(disposing);
    }
}

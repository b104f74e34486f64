using Velodrome.Api.Compression;

namespace Velodrome.Api.Datasets.Formats.Archives;

/// <summary>
/// The content of an entry of a zip archive, which throws at its end if its checksum differs. The framework does not compare it. Whoever
/// reads an entry has to read it to its end.
/// </summary>
/// <param name="content">Disposed with this stream.</param>
/// <param name="checksum">The checksum in the archive's directory.</param>
internal sealed class CheckedEntry(Stream content, uint checksum) : ForwardStream
{
    private readonly Crc32 _read = new();

    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        int length;
        try
        {
            length = content.Read(buffer, offset, count);
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }

        return Check(buffer.AsSpan(offset, count), length);
    }

    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int length;
        try
        {
            length = await content.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }

        return Check(buffer.Span, length);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Check(ReadOnlySpan<byte> buffer, int length)
    {
        _read.Append(buffer[..length]);
        return length > 0 || buffer.IsEmpty || _read.Value == checksum ? length : throw new InvalidDataException("its checksum differs");
    }

    /// <summary>The framework speaks of an unsupported method of compression.</summary>
    private static InvalidDataException Damaged() => new("its compressed data is damaged or cut off");
}

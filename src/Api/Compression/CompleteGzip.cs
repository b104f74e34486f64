using System.IO.Compression;

namespace Velodrome.Api.Compression;

/// <summary>
/// Decompresses gzip, and throws if it is damaged or cut off, or if other bytes follow it. Several members in a row are one file (RFC 1952,
/// 2.2). The framework checks the length and the checksum of each member. That the last one is complete, it checks only with the setting
/// <c>System.IO.Compression.UseStrictValidation</c>, which Directory.Build.props sets.
/// </summary>
internal sealed class CompleteGzip : ForwardStream
{
    private readonly Source _source;
    private readonly GZipStream _gzip;

    /// <param name="compressed">Stays open.</param>
    public CompleteGzip(Stream compressed)
    {
        _source = new(compressed);
        _gzip = new(_source, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <exception cref="InvalidDataException">What was compressed is not whole.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int length;
        try
        {
            length = await _gzip.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException) // the framework speaks of an unsupported method of compression
        {
            throw new InvalidDataException("its compressed data is damaged or cut off");
        }

        // The framework stops at bytes that begin no member. It reads to the end of the source only if there are none.
        return length > 0 || buffer.IsEmpty || _source.IsAtEnd ? length
            : throw new InvalidDataException("other bytes follow its compressed data");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Notes whether the end was read.</summary>
    private sealed class Source(Stream compressed) : ForwardStream
    {
        public bool IsAtEnd { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = await compressed.ReadAsync(buffer, cancellationToken);
            IsAtEnd |= length == 0 && !buffer.IsEmpty;
            return length;
        }
    }
}

using System.Buffers;
using System.IO.Compression;

namespace Velodrome.Api.Compression;

/// <summary>
/// Decompresses Brotli, and throws if it is damaged or cut off, or if other bytes follow it. Brotli has no checksum: a damaged byte is
/// found only where the data makes no sense. The framework's own stream ignores what follows the end.
/// </summary>
/// <param name="compressed">Stays open.</param>
internal sealed class CompleteBrotli(Stream compressed) : ForwardStream
{
    private readonly byte[] _input = new byte[1 << 14];
    private BrotliDecoder _decoder;
    private int _start;
    private int _end;
    private bool _isDone;
    private bool _hasInput;

    /// <exception cref="InvalidDataException">What was compressed is not whole.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty && !_isDone)
        {
            var status = _decoder.Decompress(_input.AsSpan(_start.._end), buffer.Span, out var consumed, out var written);
            _start += consumed;
            _isDone = status == OperationStatus.Done;
            if (status == OperationStatus.InvalidData)
            {
                throw new InvalidDataException("its compressed data is damaged");
            }

            if (written > 0)
            {
                return written;
            }

            if (status == OperationStatus.NeedMoreData && !await Fill(cancellationToken))
            {
                return _hasInput ? throw new InvalidDataException("its compressed data is cut off") : 0;
            }
        }

        return buffer.IsEmpty || (_start == _end && !await Fill(cancellationToken)) ? 0
            : throw new InvalidDataException("other bytes follow its compressed data");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <returns>False at the end of the compressed data.</returns>
    private async ValueTask<bool> Fill(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await compressed.ReadAsync(_input, cancellationToken);
        _hasInput |= _end > 0;
        return _end > 0;
    }
}

using System.Text;
using System.Text.Unicode;

namespace Velodrome.Training.Tables.Reading.Detection;

/// <summary>Determines the encoding of a file from all its bytes, which are passed to it block by block.</summary>
public sealed class EncodingDetector
{
    private readonly byte[] _start = new byte[4096];
    private int _startLength;
    private readonly byte[] _rest = new byte[4];
    private int _restLength;
    private long _lines = 1;
    private long _multibyteLine;
    private long _invalidLine;
    private byte _invalidByte;
    private bool _hasUndefined;

    /// <summary>Bytes that Windows-1252 does not define.</summary>
    private static readonly System.Buffers.SearchValues<byte> Undefined =
        System.Buffers.SearchValues.Create([0x81, 0x8D, 0x8F, 0x90, 0x9D]);

    /// <summary>Looks at the next bytes of the file.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        if (_startLength < _start.Length)
        {
            var length = Math.Min(_start.Length - _startLength, bytes.Length);
            bytes[..length].CopyTo(_start.AsSpan(_startLength));
            _startLength += length;
        }

        if (_restLength > 0)
        {
            bytes = CompleteRest(bytes);
        }

        if (_invalidLine == 0 && Ascii.IsValid(bytes))
        {
            _lines += bytes.Count((byte)'\n');
            return;
        }

        Walk(bytes);
    }

    /// <summary>Determines the encoding, after all bytes were observed.</summary>
    /// <exception cref="RefusedException"><c>mixedEncodings</c>, <c>notUtf8</c>.</exception>
    public Detected<TextEncoding> Detect()
    {
        var start = _start.AsSpan(0, _startLength);
        if (start is [0xFF, 0xFE, ..])
        {
            return new(TextEncoding.Utf16LittleEndian, Certainty.Certain, "The file begins with the byte order mark of UTF-16.");
        }

        if (start is [0xFE, 0xFF, ..])
        {
            return new(
                TextEncoding.Utf16BigEndian, Certainty.Certain, "The file begins with the byte order mark of UTF-16, high byte first.");
        }

        if (Utf16WithoutMark(start) is { } utf16)
        {
            return new(utf16, Certainty.Likely, "Every second byte is 0, as in UTF-16.");
        }

        if (_restLength > 0 && _invalidLine == 0)
        {
            (_invalidLine, _invalidByte) = (_lines, _rest[0]); // the file ends within a character
        }

        return start is [0xEF, 0xBB, 0xBF, ..] && _invalidLine == 0
            ? new(TextEncoding.Utf8, Certainty.Certain, "The file begins with the byte order mark of UTF-8.")
            : _invalidLine == 0 ? new(TextEncoding.Utf8, Certainty.Certain, "All bytes are valid UTF-8.")
            : OneByteEncoding();
    }

    private Detected<TextEncoding> OneByteEncoding() => _multibyteLine > 0
        ? throw new RefusedException("mixedEncodings", null,
            $"Line {_multibyteLine} has characters in UTF-8, but line {_invalidLine} has the byte 0x{_invalidByte:X2}, which is not " +
            "UTF-8. Save the file in one encoding, or send the option \"encoding\" to read it in that one.")
        : _hasUndefined ? throw new RefusedException("notUtf8", null,
            $"Line {_invalidLine} has the byte 0x{_invalidByte:X2}. It is neither UTF-8 nor Windows-1252. Save the file as UTF-8 and " +
            "send it again.")
        : new(TextEncoding.Windows1252, Certainty.Likely,
            $"Line {_invalidLine} has the byte 0x{_invalidByte:X2}, which is not UTF-8; in Windows-1252, it is " +
            $"'{CodePages.Windows1252.GetString([_invalidByte])}'.");

    /// <summary>Completes a character that the previous block began.</summary>
    private ReadOnlySpan<byte> CompleteRest(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, _rest.Length - _restLength);
        Span<byte> joined = stackalloc byte[8];
        _rest.AsSpan(0, _restLength).CopyTo(joined);
        bytes[..taken].CopyTo(joined[_restLength..]);
        var length = _restLength + taken;
        var before = _restLength;
        var status = Rune.DecodeFromUtf8(joined[..length], out _, out var consumed);
        if (status == System.Buffers.OperationStatus.NeedMoreData)
        {
            bytes[..taken].CopyTo(_rest.AsSpan(_restLength));
            _restLength = length;
            return bytes[taken..];
        }

        _restLength = 0;
        Note(isCharacter: status == System.Buffers.OperationStatus.Done, joined[0]);
        return bytes[Math.Max(0, consumed - before)..];
    }

    private void Walk(ReadOnlySpan<byte> bytes)
    {
        _hasUndefined |= bytes.ContainsAny(Undefined);
        if (_invalidLine == 0 && _multibyteLine > 0 && Utf8.IsValid(bytes))
        {
            _lines += bytes.Count((byte)'\n');
            return;
        }

        while (!bytes.IsEmpty)
        {
            var ascii = bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            var plain = ascii < 0 ? bytes : bytes[..ascii];
            _lines += plain.Count((byte)'\n');
            bytes = bytes[plain.Length..];
            if (bytes.IsEmpty || (_invalidLine > 0 && _multibyteLine > 0))
            {
                return;
            }

            var status = Rune.DecodeFromUtf8(bytes, out _, out var consumed);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
            {
                bytes.CopyTo(_rest);
                _restLength = bytes.Length;
                return;
            }

            Note(isCharacter: status == System.Buffers.OperationStatus.Done, bytes[0]);
            bytes = bytes[consumed..];
        }
    }

    /// <summary>Remembers the first line with a character of several bytes, and the first with a byte that is not UTF-8.</summary>
    private void Note(bool isCharacter, byte first)
    {
        if (isCharacter)
        {
            _multibyteLine = _multibyteLine == 0 ? _lines : _multibyteLine;
        }
        else if (_invalidLine == 0)
        {
            (_invalidLine, _invalidByte) = (_lines, first);
        }
    }

    private static TextEncoding? Utf16WithoutMark(ReadOnlySpan<byte> start)
    {
        if (start.Length < 4)
        {
            return null;
        }

        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < start.Length; i += 2)
        {
            even += start[i] == 0 ? 1 : 0;
            odd += start[i + 1] == 0 ? 1 : 0;
        }

        var enough = start.Length / 2 * 0.7;
        return odd >= enough && even == 0 ? TextEncoding.Utf16LittleEndian
            : even >= enough && odd == 0 ? TextEncoding.Utf16BigEndian
            : null;
    }
}

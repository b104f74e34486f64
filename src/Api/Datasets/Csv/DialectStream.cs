using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>
/// Passes on the text of a file as <see cref="CsvHelper.CsvReader"/> can read it: as UTF-8, without the lines before the header, and with
/// one space where any number of spaces separate two fields.
/// </summary>
internal sealed class DialectStream : Stream
{
    private readonly Stream _text;
    private readonly byte _quote;
    private readonly bool _collapsesSpaces;
    private int _linesToSkip;
    private bool _isInQuotes;
    private bool _hasSpace;
    private bool _isLineStart = true;
    private readonly byte[] _input = new byte[1 << 15];
    private readonly byte[] _output = new byte[(1 << 15) + 1]; // a space that ended the block before may have to come first
    private ReadOnlyMemory<byte> _ready;

    private DialectStream(Stream text, Dialect dialect)
    {
        (_text, _quote, _linesToSkip) = (text, (byte)dialect.Quote, dialect.SkippedLines);
        _collapsesSpaces = dialect.Delimiter == Dialect.Spaces;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <param name="file">Read from its present position; stays open.</param>
    /// <param name="dialect">The file's dialect.</param>
    /// <returns>The file itself if nothing has to be changed.</returns>
    public static Stream Open(Stream file, Dialect dialect)
    {
        var text = dialect.Encoding == TextEncoding.Utf8 ? file : System.Text.Encoding.CreateTranscodingStream(
            file, CodePages.Of(dialect.Encoding), System.Text.Encoding.UTF8, leaveOpen: true);
        return dialect is { SkippedLines: 0, Delimiter: not Dialect.Spaces } ? text : new DialectStream(text, dialect);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_ready.IsEmpty)
        {
            var length = _text.Read(_input);
            if (length == 0)
            {
                return 0;
            }

            var bytes = SkipLines(_input.AsMemory(0, length));
            _ready = _collapsesSpaces ? _output.AsMemory(0, CollapseSpaces(bytes.Span, _output)) : bytes;
        }

        var count = Math.Min(buffer.Length, _ready.Length);
        _ready.Span[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private ReadOnlyMemory<byte> SkipLines(ReadOnlyMemory<byte> bytes)
    {
        while (_linesToSkip > 0)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            if (end < 0)
            {
                return default;
            }

            bytes = bytes[(end + 1)..];
            _linesToSkip--;
        }

        return bytes;
    }

    private int CollapseSpaces(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        var written = 0;
        foreach (var octet in bytes)
        {
            if (!_isInQuotes && octet is (byte)' ' or (byte)'\t')
            {
                _hasSpace = true;
                continue;
            }

            var endsLine = !_isInQuotes && octet is (byte)'\n' or (byte)'\r';
            if (_hasSpace && !_isLineStart && !endsLine)
            {
                target[written++] = (byte)' ';
            }

            target[written++] = octet;
            _isInQuotes ^= octet == _quote;
            (_hasSpace, _isLineStart) = (false, endsLine);
        }

        return written;
    }
}

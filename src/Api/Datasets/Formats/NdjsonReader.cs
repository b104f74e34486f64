using System.Text.Json;
using Velodrome.Api.Problems;
using Velodrome.Training;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>Reads rows that are JSON objects, one in each line. Blank lines are skipped.</summary>
internal sealed class NdjsonReader(Stream json)
{
    private const int MaxLineBytes = 16 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _line;
    private long _rows;

    /// <exception cref="JsonException">A line is not JSON. Lines count from the start of the stream.</exception>
    /// <exception cref="RefusedException"><c>rowTooLong</c>.</exception>
    public IEnumerable<JsonElement> Read()
    {
        while (NextLine() is { } line)
        {
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                JsonText.Check(line.Span, $"Row {_rows++}");
                yield return Parse(line.Span);
            }

            _line++;
        }
    }

    private JsonElement Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var row = JsonElement.ParseValue(ref reader);
            reader.Read(); // throws if anything follows
            return row;
        }
        catch (JsonException malformed)
        {
            throw new JsonException(malformed.Message, malformed.Path, _line + (malformed.LineNumber ?? 0), malformed.BytePositionInLine);
        }
    }

    /// <returns>Null at the end.</returns>
    private ReadOnlyMemory<byte>? NextLine()
    {
        var searched = _start;
        while (true)
        {
            if (_buffer.AsSpan(searched.._end).IndexOf((byte)'\n') is >= 0 and var found)
            {
                var line = _buffer.AsMemory(_start..(searched + found));
                _start = searched + found + 1;
                return line;
            }

            searched = _end - _start;
            if (!Fill())
            {
                var rest = _buffer.AsMemory(_start.._end);
                _start = _end;
                return rest.IsEmpty ? default(ReadOnlyMemory<byte>?) : rest; // a plain null would become empty memory
            }
        }
    }

    /// <summary>Reads more of the stream, after the bytes that are not consumed yet. These move to the start of the buffer.</summary>
    private bool Fill()
    {
        var rest = _buffer.AsSpan(_start.._end);
        if (rest.Length == _buffer.Length)
        {
            var larger = rest.Length < MaxLineBytes ? new byte[2 * rest.Length]
                : throw new RefusedException("rowTooLong", null, $"Line {_line + 1} is longer than {MaxLineBytes >> 20} MiB.");
            rest.CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            rest.CopyTo(_buffer);
        }

        (_start, _end) = (0, rest.Length);
        var length = json.Read(_buffer, _end, _buffer.Length - _end);
        _end += length;
        return length > 0;
    }
}

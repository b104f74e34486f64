using System.Text.Json;
using Velodrome.Api.Problems;
using Velodrome.Training;

namespace Velodrome.Api.Datasets;

/// <summary>
/// Reads JSON rows from a stream: an array, or <c>{ "rows": [...] }</c>. One row is in memory at a time, so a large body streams through.
/// </summary>
internal sealed class JsonRowReader(Stream json)
{
    private const int MaxRowBytes = 16 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isComplete;
    private JsonReaderState _state;
    private long _rows;

    /// <exception cref="JsonException">The body is not JSON. Line and position count from its start.</exception>
    /// <exception cref="RefusedException"><c>wrongType</c>: it is JSON of another form. <c>rowTooLong</c>.</exception>
    public IEnumerable<JsonElement> Read()
    {
        var first = NextToken();
        if (first == JsonTokenType.StartObject)
        {
            Expect(NextToken("rows"u8) == JsonTokenType.PropertyName);
            Expect(NextToken() == JsonTokenType.StartArray);
        }
        else
        {
            Expect(first == JsonTokenType.StartArray);
        }

        while (NextRow() is { } row)
        {
            yield return row;
        }

        Expect(first == JsonTokenType.StartArray || NextToken() == JsonTokenType.EndObject);
        NextToken(); // throws if anything follows
    }

    /// <param name="name">If the token is a property name, the one that it must be.</param>
    /// <returns><see cref="JsonTokenType.None"/> after the last token.</returns>
    private JsonTokenType NextToken(ReadOnlySpan<byte> name = default)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), _isComplete, _state);
            if (reader.Read())
            {
                Expect(name.IsEmpty || reader.TokenType != JsonTokenType.PropertyName || reader.ValueTextEquals(name));
                return Advance(reader);
            }

            if (_isComplete)
            {
                return JsonTokenType.None;
            }

            Fill();
        }
    }

    /// <returns>Null at the end of the array.</returns>
    private JsonElement? NextRow()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), _isComplete, _state);
            JsonElement? row = null;
            if (reader.Read())
            {
                var start = _start + (int)reader.TokenStartIndex; // behind the comma
                if (reader.TokenType == JsonTokenType.EndArray || JsonElement.TryParseValue(ref reader, out row))
                {
                    JsonText.Check(_buffer.AsSpan(start..(_start + (int)reader.BytesConsumed)), $"Row {_rows++}");
                    Advance(reader);
                    return row;
                }
            }

            Fill();
        }
    }

    private JsonTokenType Advance(Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return reader.TokenType;
    }

    /// <summary>Reads more of the stream, after the bytes that are not consumed yet.</summary>
    private void Fill()
    {
        var rest = _buffer.AsSpan(_start.._end);
        if (rest.Length == _buffer.Length)
        {
            var larger = rest.Length < MaxRowBytes ? new byte[2 * rest.Length]
                : throw new RefusedException("rowTooLong", null, $"A row is longer than {MaxRowBytes >> 20} MiB.");
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
        _isComplete = length == 0;
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new RefusedException("wrongType", null, "Send an array of rows, or an object whose only member is { \"rows\": [...] }.");
        }
    }
}

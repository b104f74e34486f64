using System.Buffers;
using System.Text;
using Velodrome.Api.Datasets.Csv;
using Velodrome.Training;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>Writes rows in the dialect of a stored file: its encoding, delimiter and quotes.</summary>
/// <param name="output">Receives the rows.</param>
/// <param name="dialect">The dialect.</param>
/// <param name="fields">Fields of a row.</param>
internal sealed class RowWriter(Stream output, Dialect dialect, int fields)
{
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly SearchValues<byte> _special = SearchValues.Create(
        [(byte)dialect.Delimiter, (byte)dialect.Quote, (byte)'\r', (byte)'\n', .. dialect.Delimiter == Dialect.Spaces ? "\t "u8 : []]);
    private readonly Encoding? _encoding = dialect.Encoding == TextEncoding.Utf8 ? null : CodePages.Of(dialect.Encoding);
    private int _field;

    /// <summary>Whether the encoding of the file has all characters of a text.</summary>
    public static bool CanEncode(TextEncoding encoding, ReadOnlySpan<byte> text)
    {
        if (encoding != TextEncoding.Windows1252 || Ascii.IsValid(text))
        {
            return true;
        }

        var chars = Encoding.UTF8.GetString(text);
        return CodePages.Windows1252.GetString(CodePages.Windows1252.GetBytes(chars)) == chars;
    }

    /// <summary>Writes the next field of the row.</summary>
    /// <param name="text">UTF-8.</param>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (_field++ > 0)
        {
            _row.Write([(byte)dialect.Delimiter]);
        }

        if (!NeedsQuotes(text))
        {
            _row.Write(text);
            return;
        }

        var quote = (byte)dialect.Quote;
        _row.Write([quote]);
        for (int index; (index = text.IndexOf(quote)) >= 0; text = text[(index + 1)..])
        {
            _row.Write(text[..(index + 1)]);
            _row.Write([quote]);
        }

        _row.Write(text);
        _row.Write([quote]);
    }

    /// <param name="place">Where the row is in what was sent.</param>
    /// <exception cref="RefusedException"><c>rowTooLong</c>.</exception>
    public void EndRow(CellPlace place)
    {
        if (_row.WrittenCount > CsvFormat.MaxRowBytes)
        {
            throw new RefusedException("rowTooLong", null,
                $"{place}: in the stored file, the row would be longer than {CsvFormat.MaxRowBytes >> 20} MiB. Send shorter values.");
        }

        _row.Write("\n"u8);
        Flush();
        _field = 0;
    }

    /// <summary>Writes a text between rows.</summary>
    public void WriteRaw(string text)
    {
        _row.Write(Encoding.UTF8.GetBytes(text));
        Flush();
    }

    private void Flush()
    {
        output.Write(_encoding is null ? _row.WrittenSpan : _encoding.GetBytes(Encoding.UTF8.GetString(_row.WrittenSpan)));
        _row.ResetWrittenCount();
    }

    private bool NeedsQuotes(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return fields == 1 || dialect.Delimiter == Dialect.Spaces; // a blank line may be no row, and spaces enclose no empty field
        }

        return text.ContainsAny(_special)
            || text[0] is (byte)' ' or (byte)'\t' || text[^1] is (byte)' ' or (byte)'\t'
            || (_field == 1 && dialect.Comment is { } comment && text[0] == comment);
    }
}

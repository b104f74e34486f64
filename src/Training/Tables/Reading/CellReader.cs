using System.Buffers;
using System.Text;

namespace Velodrome.Training.Tables.Reading;

/// <summary>Reads the cells of one column, as UTF-8 text, by its <see cref="ColumnReading"/>.</summary>
public sealed class CellReader
{
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t"u8);

    private readonly ColumnReading _column;
    private readonly bool _trims;
    private readonly bool _hasUsualMarkers;
    private readonly HashSet<string> _otherMarkers;
    private readonly int _longestMarker;

    /// <param name="column">The column's reading.</param>
    /// <param name="trims">Whether spaces at both ends of a text are removed, see <see cref="Dialect.TrimsQuoted"/>.</param>
    public CellReader(ColumnReading column, bool trims)
    {
        (_column, _trims) = (column, trims);
        _hasUsualMarkers = MissingMarkers.Usual.All(usual => column.Missing.Contains(usual, StringComparer.OrdinalIgnoreCase));
        _otherMarkers = new(
            _hasUsualMarkers ? column.Missing.Except(MissingMarkers.Usual, StringComparer.OrdinalIgnoreCase) : column.Missing,
            StringComparer.OrdinalIgnoreCase);
        HasNumericMarkers = _otherMarkers.Any(marker => IsPlainNumber(System.Text.Encoding.UTF8.GetBytes(marker), out _));
        _longestMarker = _otherMarkers.Select(System.Text.Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max();
    }

    /// <summary>The column's reading.</summary>
    public ColumnReading Column => _column;

    /// <summary>Whether a number, such as -999, means a missing value.</summary>
    public bool HasNumericMarkers { get; }

    /// <summary>
    /// Whether the text is a number with a decimal point, without thousands separators, optionally with an exponent. The value is infinite
    /// if it is too large for a double.
    /// </summary>
    public static bool IsPlainNumber(ReadOnlySpan<byte> cell, out double value) => PlainNumber.TryRead(cell, out value);

    /// <summary>Whether the text is an integer beyond 2⁵³, of which a double does not keep every digit.</summary>
    public static bool IsLargeInteger(ReadOnlySpan<byte> cell) => !cell.IsEmpty && PlainNumber.IsLargeInteger(cell);

    /// <summary>Whether the cell is empty or one of the usual markers.</summary>
    public static bool IsUsualMarker(ReadOnlySpan<byte> cell) => Trim(cell) switch
    {
        [] or [(byte)'?'] => true,
        { Length: 2 } text => Ascii.EqualsIgnoreCase(text, "na"u8),
        { Length: 3 } text => Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "n/a"u8),
        { Length: 4 } text => Ascii.EqualsIgnoreCase(text, "null"u8),
        _ => false,
    };

    /// <summary>Removes spaces and tabs at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> cell)
    {
        var start = cell.IndexOfAnyExcept(Blank);
        return start < 0 ? [] : cell[start..(cell.LastIndexOfAnyExcept(Blank) + 1)];
    }

    /// <summary>Whether the cell is empty or one of the column's markers for a missing value.</summary>
    public bool IsMissing(ReadOnlySpan<byte> cell)
    {
        if (_hasUsualMarkers ? IsUsualMarker(cell) : Trim(cell).IsEmpty)
        {
            return true;
        }

        if (_otherMarkers.Count == 0 || Trim(cell) is var text && text.Length > _longestMarker)
        {
            return false;
        }

        Span<char> chars = stackalloc char[Math.Min(_longestMarker, 256)];
        return text.Length <= chars.Length
            ? _otherMarkers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(chars[..System.Text.Encoding.UTF8.GetChars(text, chars)])
            : _otherMarkers.Contains(System.Text.Encoding.UTF8.GetString(text));
    }

    /// <summary>Reads a cell in a column of numbers, of dates (as seconds since 1970-01-01), or of booleans (as 1 and 0).</summary>
    /// <param name="cell">UTF-8 text.</param>
    /// <param name="value">NaN if the value is missing or cannot be read; infinite if a number is too large for a double.</param>
    /// <returns>False if the cell is neither a value of the column's kind nor missing. In a column with
    /// <see cref="ColumnReading.OtherTextIsMissing"/>, any other text is missing.</returns>
    public bool TryRead(ReadOnlySpan<byte> cell, out double value)
    {
        value = double.NaN;
        if (HasNumericMarkers && IsMissing(cell))
        {
            return true;
        }

        return TryReadValue(cell, out value) || _column.OtherTextIsMissing || IsMissing(cell);
    }

    /// <summary>The text of a cell in a column of categories.</summary>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> cell) => _trims ? Trim(cell) : cell;

    private bool TryReadValue(ReadOnlySpan<byte> cell, out double value)
    {
        switch (_column)
        {
            case { Kind: ColumnKind.Number, Number: null }:
                if (IsPlainNumber(cell, out value))
                {
                    return true;
                }

                break;
            case { Kind: ColumnKind.Number, Number: { } format }:
                return format.TryRead(cell, out value);
            case { Kind: ColumnKind.Boolean }:
                if (ReadBoolean(Trim(cell)) is { } truth)
                {
                    value = truth ? 1 : 0;
                    return true;
                }

                break;
            case { Kind: ColumnKind.Date, Format: { } format }:
                return ReadDate(Trim(cell), format, out value);
        }

        value = double.NaN;
        return false;
    }

    private bool? ReadBoolean(ReadOnlySpan<byte> text) => _column.Boolean is { } words
        ? text.Length <= 64 ? words.Read(System.Text.Encoding.UTF8.GetString(text)) : null
        : Ascii.EqualsIgnoreCase(text, "true"u8) ? true
        : Ascii.EqualsIgnoreCase(text, "false"u8) ? false
        : null;

    private static bool ReadDate(ReadOnlySpan<byte> text, string format, out double value)
    {
        value = double.NaN;
        Span<char> chars = stackalloc char[64];
        if (text.Length > chars.Length)
        {
            return false;
        }

        chars = chars[..System.Text.Encoding.UTF8.GetChars(text, chars)];
        return DateFormat.TryRead(chars, format, out value) || DateFormat.TryReadIso(chars, out value);
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Velodrome.Training.Tables.Reading;

/// <summary>How the numbers of a column are written.</summary>
/// <param name="Decimal">Point or comma.</param>
/// <param name="Thousands">Point, comma, space or apostrophe between groups of three digits; null for none.</param>
/// <param name="Unit">A currency or percent sign before or after the number, or another unit after it. Cells may lack it; null for none.
/// The value is the number that is written: 12% is 12.</param>
public sealed record NumberFormat(char Decimal = '.', char? Thousands = null, string? Unit = null)
{
    /// <summary>A decimal point and no other marks. As the format of a column, it also reads signs that a plain number lacks: −5, - 5.
    /// </summary>
    public static NumberFormat Plain { get; } = new();

    /// <summary>Pairs of decimal mark and thousands separator that are recognised, the more usual first.</summary>
    internal static IReadOnlyList<NumberFormat> Candidates { get; } =
    [
        Plain, new('.', ','), new(',', null), new(',', '.'), new('.', ' '), new(',', ' '), new('.', '\''), new(',', '\''),
    ];

    private static readonly string[] Units =
    [
        "US$", "R$", "C$", "A$", "$", "€", "£", "¥", "₹", "₩", "₽", "₺", "USD", "EUR", "GBP", "CHF", "Fr.", "JPY", "CAD", "AUD", "SEK",
        "NOK", "DKK", "PLN", "kr", "zł", "%",
    ];

    private static readonly byte[][] UnitBytes = [.. Units.Select(System.Text.Encoding.UTF8.GetBytes)];
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);
    private static readonly SearchValues<byte> DigitsAndExponent = SearchValues.Create("0123456789eE+-"u8);
    private static readonly SearchValues<byte> NeverInUnits = SearchValues.Create(" \t.,;:_-+=()[]{}<>#&!?*|\\\"'"u8);
    private const int MaxLength = 64;
    private const int MaxUnitLength = 16;

    private static ReadOnlySpan<byte> NoBreakSpace => "\u00A0"u8;

    private static ReadOnlySpan<byte> NarrowNoBreakSpace => "\u202F"u8;

    /// <summary>Whether the text is a number in any format that is recognised.</summary>
    /// <param name="text">UTF-8.</param>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (CellReader.IsPlainNumber(text, out _))
        {
            return true;
        }

        if (TrySplit(text, null, out _, out var digits, out _))
        {
            foreach (var format in Candidates)
            {
                if (format.TryReadDigits(digits, out _))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Reads a number that is written in this format.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="value">The number; infinite if it is too large for a double.</param>
    public bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        if (TrySplit(text, Unit, out var negative, out var digits, out var unit) && (unit is null || unit == Unit)
            && TryReadDigits(digits, out value))
        {
            value = negative ? -value : value;
            return true;
        }

        if (CellReader.IsPlainNumber(text, out value) && (Decimal == '.' || !text.Contains((byte)'.')))
        {
            return true; // such as a number of more digits than are looked for here
        }

        value = double.NaN;
        return false;
    }

    /// <summary>Splits text into sign, digits with marks, and unit.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="ownUnit">A unit that is recognised after the number, besides the usual signs; null for none.</param>
    /// <param name="negative">Whether the sign is a minus.</param>
    /// <param name="digits">Digits and marks.</param>
    /// <param name="unit">The unit; null for none.</param>
    /// <returns>False if it is no number in any format.</returns>
    internal static bool TrySplit(
        ReadOnlySpan<byte> text, string? ownUnit, out bool negative, out ReadOnlySpan<byte> digits, out string? unit)
    {
        negative = false;
        digits = default;
        unit = null;
        text = TrimSpaces(text);
        if (text.Length is 0 or > MaxLength || !text.ContainsAny(Digits))
        {
            return false;
        }

        var signed = TakeSign(ref text, ref negative);
        unit = TakeUnit(ref text, atStart: true);
        if (unit is not null && !signed)
        {
            TakeSign(ref text, ref negative);
        }

        unit ??= TakeOwnUnit(ref text, ownUnit) ?? TakeUnit(ref text, atStart: false);
        digits = text;
        return text.Length > 0 && (char.IsAsciiDigit((char)text[0]) || text[0] is (byte)'.' or (byte)',');
    }

    /// <summary>Reads digits with the marks of this format, without sign and unit.</summary>
    internal bool TryReadDigits(ReadOnlySpan<byte> text, out double value)
    {
        value = double.NaN;
        Span<byte> plain = stackalloc byte[MaxLength];
        var (length, group, groups) = (0, 0, 0);
        while (!text.IsEmpty && text[0] != (byte)Decimal && text[0] is not ((byte)'e' or (byte)'E'))
        {
            var separator = Thousands is null ? 0 : SeparatorLength(text);
            if (separator > 0)
            {
                if (groups == 0 ? group is 0 or > 3 || plain[0] == '0' : group != 3)
                {
                    return false;
                }

                (group, groups) = (0, groups + 1);
                text = text[separator..];
            }
            else if (char.IsAsciiDigit((char)text[0]))
            {
                plain[length++] = text[0];
                group++;
                text = text[1..];
            }
            else
            {
                return false;
            }
        }

        if (groups > 0 && group != 3)
        {
            return false;
        }

        if (!text.IsEmpty && text[0] == (byte)Decimal)
        {
            plain[length++] = (byte)'.';
            text = text[1..];
        }

        if (text.Length > 0 && (text.ContainsAnyExcept(DigitsAndExponent) || (groups > 0 && text.ContainsAnyExcept(Digits))))
        {
            return false;
        }

        text.CopyTo(plain[length..]);
        return double.TryParse(
            plain[..(length + text.Length)], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out value);
    }

    private int SeparatorLength(ReadOnlySpan<byte> text) => Thousands switch
    {
        ' ' => SpaceLength(text),
        '\'' => text[0] == '\'' ? 1 : text.StartsWith("’"u8) ? 3 : 0,
        var mark => text[0] == (byte)mark! ? 1 : 0,
    };

    /// <summary>Length of the space at the start: ordinary, no-break or narrow no-break.</summary>
    private static int SpaceLength(ReadOnlySpan<byte> text) =>
        text[0] is (byte)' ' or (byte)'\t' ? 1 : text.StartsWith(NoBreakSpace) ? 2 : text.StartsWith(NarrowNoBreakSpace) ? 3 : 0;

    private static ReadOnlySpan<byte> TrimSpaces(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && SpaceLength(text) is > 0 and var length)
        {
            text = text[length..];
        }

        while (!text.IsEmpty && LastSpaceLength(text) is > 0 and var length)
        {
            text = text[..^length];
        }

        return text;
    }

    private static int LastSpaceLength(ReadOnlySpan<byte> text) =>
        text[^1] is (byte)' ' or (byte)'\t' ? 1 : text.EndsWith(NoBreakSpace) ? 2 : text.EndsWith(NarrowNoBreakSpace) ? 3 : 0;

    private static bool TakeSign(ref ReadOnlySpan<byte> text, ref bool negative)
    {
        var length = text.IsEmpty ? 0 : text[0] is (byte)'-' or (byte)'+' ? 1 : text.StartsWith("−"u8) ? 3 : 0;
        negative |= length > 0 && text[0] != '+';
        text = TrimSpaces(text[length..]);
        return length > 0;
    }

    /// <summary>Whether a unit is a currency or percent sign that every column of numbers may have.</summary>
    internal static bool IsUsualUnit(string unit) => Array.IndexOf(Units, unit) >= 0;

    /// <summary>The text after a number if it may be a unit, as in 12 m², 80 km/h and 20 °C. Empty for anything else.</summary>
    /// <param name="text">UTF-8 text that begins with a sign or a digit.</param>
    internal static ReadOnlySpan<byte> UnitAfter(ReadOnlySpan<byte> text)
    {
        text = TrimSpaces(text);
        if (text.IsEmpty || !(char.IsAsciiDigit((char)text[0]) || text[0] is (byte)'-' or (byte)'+' or (byte)'.'))
        {
            return [];
        }

        var unit = TrimSpaces(text[(text.LastIndexOfAny(Digits) + 1)..]);
        return unit.Length is 0 or > MaxUnitLength || unit.ContainsAny(NeverInUnits) || IsOrdinal(unit) ? [] : unit;
    }

    /// <summary>Whether the text follows a number as in 1st, 2nd, 3rd and 4th.</summary>
    private static bool IsOrdinal(ReadOnlySpan<byte> text) =>
        text.Length == 2 && (Ascii.EqualsIgnoreCase(text, "st"u8) || Ascii.EqualsIgnoreCase(text, "nd"u8)
            || Ascii.EqualsIgnoreCase(text, "rd"u8) || Ascii.EqualsIgnoreCase(text, "th"u8));

    private static string? TakeOwnUnit(ref ReadOnlySpan<byte> text, string? unit)
    {
        if (unit is null || IsUsualUnit(unit))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[MaxUnitLength];
        if (!System.Text.Encoding.UTF8.TryGetBytes(unit, bytes, out var length) || !text.EndsWith(bytes[..length]))
        {
            return null;
        }

        text = TrimSpaces(text[..^length]);
        return unit;
    }

    private static string? TakeUnit(ref ReadOnlySpan<byte> text, bool atStart)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            ReadOnlySpan<byte> unit = UnitBytes[i];
            if (atStart ? text.StartsWith(unit) : text.EndsWith(unit))
            {
                text = TrimSpaces(atStart ? text[unit.Length..] : text[..^unit.Length]);
                return Units[i];
            }
        }

        return null;
    }
}

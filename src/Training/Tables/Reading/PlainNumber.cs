using System.Globalization;

namespace Velodrome.Training.Tables.Reading;

/// <summary>Reads numbers as <see cref="double.TryParse(ReadOnlySpan{byte}, NumberStyles, IFormatProvider, out double)"/> does, and short
/// ones several times as fast.</summary>
internal static class PlainNumber
{
    /// <summary>An integer of so many digits is exact as a double.</summary>
    private const int ExactDigits = 15;

    /// <summary>2⁵³. Beyond it, a double cannot represent every integer.</summary>
    private const ulong LargestExact = 1UL << 53;

    /// <summary>Powers of ten that are exact as a double.</summary>
    private static readonly double[] PowersOfTen = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Whether the text is a number with a decimal point, optionally with an exponent.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="value">The nearest double; infinite if it is too large.</param>
    /// <returns>False for "NaN" and "Infinity" too.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value) => TryReadShort(text, out value)
        || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value)
            && (double.IsFinite(value) || text.ContainsAnyInRange((byte)'0', (byte)'9')));

    /// <summary>
    /// Reads a sign, up to fifteen digits and a point among them. Both the digits as an integer and the power of ten by which it has to be
    /// divided are exact, so the quotient is the nearest double (Clinger 1990, "How to read floating point numbers accurately").
    /// </summary>
    private static bool TryReadShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var isNegative = text is [(byte)'-', ..];
        var digits = isNegative ? text[1..] : text;
        if (digits.Length > ExactDigits + 1)
        {
            return false;
        }

        var (integer, count, point) = (0L, 0, -1);
        foreach (var octet in digits)
        {
            if (octet - '0' is >= 0 and <= 9 and var digit)
            {
                integer = 10 * integer + digit;
                count++;
            }
            else if (octet == '.' && point < 0)
            {
                point = count;
            }
            else
            {
                return false;
            }
        }

        if (count is 0 or > ExactDigits)
        {
            return false;
        }

        value = point < 0 ? integer : integer / PowersOfTen[count - point];
        value = isNegative ? -value : value;
        return true;
    }

    /// <summary>Whether the text is an integer beyond 2⁵³, of which a double does not keep every digit.</summary>
    /// <param name="text">UTF-8, not empty.</param>
    public static bool IsLargeInteger(ReadOnlySpan<byte> text)
    {
        var digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        return !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (!ulong.TryParse(digits, out var value) || value > LargestExact);
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>Reads the value of a cell, which is UTF-8 text.</summary>
internal static class Cell
{
    /// <summary>Just below the largest float: networks compute in single precision.</summary>
    public const double LargestNumber = 3e38;

    private const int ShownLength = 40;

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t"u8);

    /// <summary>Whether the cell is empty or one of the usual markers: NA, N/A, NaN, null, ?.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> cell) => Trim(cell) switch
    {
        [] or [(byte)'?'] => true,
        { Length: 2 } text => Ascii.EqualsIgnoreCase(text, "na"u8),
        { Length: 3 } text => Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "n/a"u8),
        { Length: 4 } text => Ascii.EqualsIgnoreCase(text, "null"u8),
        _ => false,
    };

    public static bool IsBoolean(ReadOnlySpan<byte> cell, out bool value)
    {
        var text = Trim(cell);
        value = Ascii.EqualsIgnoreCase(text, "true"u8);
        return value || Ascii.EqualsIgnoreCase(text, "false"u8);
    }

    /// <summary>
    /// Whether the cell is a number: a decimal point, no thousands separators, optionally an exponent. The value is infinite if the text
    /// says so or is too large for a double.
    /// </summary>
    public static bool IsNumber(ReadOnlySpan<byte> cell, out double value) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);

    /// <summary>The text in quotes for a message; only its beginning if it is long.</summary>
    public static string Shown(ReadOnlySpan<byte> cell)
    {
        var text = Encoding.UTF8.GetString(cell);
        return text.Length <= ShownLength ? $"\"{text}\"" : $"\"{text.AsSpan(0, ShownLength)}…\"";
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> cell)
    {
        var start = cell.IndexOfAnyExcept(Blank);
        return start < 0 ? [] : cell[start..(cell.LastIndexOfAnyExcept(Blank) + 1)];
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Velodrome.Api.Datasets.Csv;

/// <summary>What a cell's text, as UTF-8, stands for.</summary>
internal static class Cell
{
    /// <summary>A float holds no more, and networks count in floats.</summary>
    public const double LargestNumber = 3e38;

    private const int ShownLength = 40;

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t"u8);

    /// <summary>Empty, or one of the usual markers: NA, N/A, NaN, null, ?.</summary>
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

    /// <summary>Decimal point, no thousands separators, an exponent if need be; infinite where the text says so or overflows.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> cell, out double value) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);

    /// <summary>The text in quotes, as a refusal shows it: its beginning, where it is long.</summary>
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

using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Velodrome.Api.Datasets.Formats.Excel;

/// <summary>
/// Excel writes a character that XML does not keep in the form <c>_x000D_</c>: those that it does not allow, and the carriage return, which
/// it reads as a line feed. If a text itself contains <c>_x000D_</c>, Excel writes <c>_x005F_x000D_</c>.
/// </summary>
internal static partial class EscapedText
{
    public static string Decode(string text) => !text.Contains("_x", StringComparison.Ordinal) ? text
        : Escaped().Replace(text, match => CharacterOf(match.ValueSpan[2..6]).ToString());

    public static string Encode(string text)
    {
        var escaped = !text.Contains("_x", StringComparison.Ordinal) ? text
            : Escaped().Replace(text, match => $"_x005F{match.Value}");
        return escaped.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0 && escaped.AsSpan().IndexOfAny('\uFFFE', '\uFFFF') < 0 ? escaped
            : string.Concat(escaped.Select(character => IsKept(character) ? character.ToString() : $"_x{(int)character:X4}_"));
    }

    private static bool IsKept(char character) =>
        character != '\r' && (XmlConvert.IsXmlChar(character) || char.IsSurrogate(character));

    private static char CharacterOf(ReadOnlySpan<char> digits) =>
        (char)int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("_x[0-9A-Fa-f]{4}_")]
    private static partial Regex Escaped();
}

namespace Velodrome.Fuzz.Generators;

/// <summary>Values at which programs fail: limits, other types, texts that are not valid Unicode, other languages' syntax.</summary>
internal static class OddValues
{
    public static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "2", "0.5", "1.5", "100", "1000000", "1000001", "2147483647", "2147483648", "-2147483649",
        "9223372036854775807", "9223372036854775808", "18446744073709551616", "3e38", "-3e38", "3.5e38", "1e-45", "1e-160", "5e-324",
        "-5e-324", "4.9406564584124654e-324", "2.2250738585072014e-308", "1e-400", "1.401298464324817e-45", "1e-17", "0.9999999999999999",
        "0.99999999999999999", "1.0000000000000002", "9007199254740993", "3.4028235e38", "1.7976931348623157e308",
        "-1.7976931348623157e308", "1e308", "1e309", "-1e999", "1E+2", "0.1e-6", "00", "1.", ".5", "+1", "NaN", "Infinity", "0x10", "1e",
        "123456789012345678901234567890",
    ];

    public static readonly string[] Texts =
    [
        "", " ", "a", "x", "y", "hours", "score", "species", "iris", "study-hours", "null", "true", "None", "NaN", "?", "-", "..",
        "../../etc/passwd", "/", "\\", "%", "%s%n", "{0}", "${x}", "'; DROP TABLE \"Runs\"; --", "<script>alert(1)</script>", "=1+1", "\t",
        "\r\n", "\u0001", "\u007f",
        "\u0085", "\u2028", "\ufeff", "\ufffd", "\uffff", "é", "e\u0301", "ß", "İ", "ﬁ", "日本語", "😀", "👩‍👩‍👧", "\u202eabc", "a\u0000b",
        "1970-01-01",
        "random", "last", "mse", "adam", "f0", "f1", "f2", "f3",
    ];

    public static readonly string[] Json =
    [
        "null", "true", "false", "[]", "{}", "\"\"", "[null]", "[[]]", "{\"\":null}", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
        "[1,\"a\",null]",
        "{\"a\":1,\"a\":2}", "\"\\x\"", "'a'", "undefined", "[1,]", "{\"a\"}", "//", "\"\u0001\"",
    ];

    public static string LongText(Dice dice) =>
        new(dice.Pick("ax0é日\"\\".ToCharArray()), dice.Pick([99, 100, 101, 200, 201, 1_000, 5_000]));

    public static string AnyText(Dice dice) => dice.Below(12) switch
    {
        0 => LongText(dice),
        < 4 => dice.Pick(Numbers),
        _ => dice.Pick(Texts),
    };
}

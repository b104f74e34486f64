namespace Velodrome.Training.Tables.Reading;

/// <summary>
/// The .NET encodings of <see cref="TextEncoding"/>. Bytes that are not valid UTF-16 throw instead of being replaced. UTF-8 is checked by
/// those who read it.
/// </summary>
public static class CodePages
{
    /// <summary>Windows-1252.</summary>
    public static System.Text.Encoding Windows1252 { get; } = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private static readonly System.Text.Encoding LittleEndian =
        new System.Text.UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);

    private static readonly System.Text.Encoding BigEndian =
        new System.Text.UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>The .NET encoding.</summary>
    public static System.Text.Encoding Of(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf8 => System.Text.Encoding.UTF8,
        TextEncoding.Utf16LittleEndian => LittleEndian,
        TextEncoding.Utf16BigEndian => BigEndian,
        _ => Windows1252,
    };

    /// <summary>The encoding's name, as a <c>charset</c> and the options have it.</summary>
    public static string NameOf(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf8 => "utf-8",
        TextEncoding.Utf16LittleEndian => "utf-16le",
        TextEncoding.Utf16BigEndian => "utf-16be",
        _ => "windows-1252",
    };
}

using System.Text.Json;
using System.Text.Unicode;
using Velodrome.Training;

namespace Velodrome.Api.Problems;

/// <summary>
/// Refuses JSON whose strings are no Unicode text, or contain U+0000. The JSON reader notices invalid bytes and lone surrogates only when a
/// string is used, with an exception that is not about JSON. PostgreSQL cannot store U+0000, so it is refused on every database.
/// </summary>
internal static class JsonText
{
    /// <summary>The byte order mark that some editors write at the start of a file.</summary>
    public static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <param name="json">A JSON value. Malformed JSON passes, because whoever reads it reports that.</param>
    /// <param name="place">What contains the text, for the message.</param>
    /// <exception cref="RefusedException"><c>notUtf8</c>, <c>loneSurrogate</c>, <c>nulByte</c>.</exception>
    public static void Check(ReadOnlySpan<byte> json, string place)
    {
        if (!Utf8.IsValid(json))
        {
            throw new RefusedException("notUtf8", null, $"{place} is not valid UTF-8. Save it as UTF-8 and send it again.");
        }

        if (json.IndexOf("\\u"u8) >= 0) // only an escape can write what remains to be found
        {
            CheckEscapes(json, place);
        }
    }

    private static void CheckEscapes(ReadOnlySpan<byte> json, string place)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                {
                    CheckString(ref reader, place);
                }
            }
        }
        catch (JsonException)
        {
            // reported by whoever reads the value
        }
    }

    private static void CheckString(ref Utf8JsonReader reader, string place)
    {
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException("loneSurrogate", null,
                $"{place} has half of a surrogate pair as an escape at byte {reader.TokenStartIndex}, which is no character. " +
                "Send both halves, such as \\ud83d\\ude00, or the character itself as UTF-8.");
        }

        if (text.Contains('\0'))
        {
            throw new RefusedException("nulByte", null,
                $"{place} contains U+0000 in the string at byte {reader.TokenStartIndex}, which no text can contain. Remove it.");
        }
    }
}

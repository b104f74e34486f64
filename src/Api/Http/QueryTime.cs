using System.Globalization;

namespace Velodrome.Api.Http;

/// <summary>
/// A time in a query, as ISO 8601: a date, or a date and a time; UTC unless it has an offset. The framework would also take 12:00 for
/// today, and guess the order of day and month.
/// </summary>
internal readonly record struct QueryTime(DateTimeOffset Value)
{
    public const string Description = "a time such as 2026-01-01T00:00:00Z (in a URL, write the + of an offset as %2B)";

    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string? text, out QueryTime time)
    {
        var isTime = DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value);
        time = new(value);
        return isTime;
    }
}

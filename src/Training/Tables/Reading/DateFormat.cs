using System.Globalization;

namespace Velodrome.Training.Tables.Reading;

/// <summary>
/// Reads dates and times as seconds since 1970-01-01 in UTC. A time without a zone counts as UTC. A format is one of .NET's custom date and
/// time formats, such as <c>d.M.yyyy</c>, or a unit of Unix time.
/// </summary>
public static class DateFormat
{
    /// <summary>Seconds since 1970-01-01.</summary>
    public const string UnixSeconds = "unix-s";

    /// <summary>Milliseconds since 1970-01-01.</summary>
    public const string UnixMilliseconds = "unix-ms";

    /// <summary>Microseconds since 1970-01-01.</summary>
    public const string UnixMicroseconds = "unix-us";

    /// <summary>Nanoseconds since 1970-01-01.</summary>
    public const string UnixNanoseconds = "unix-ns";

    /// <summary>A date and time as ISO 8601 writes it.</summary>
    public const string IsoTime = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>Length of the longest format that is accepted.</summary>
    public const int MaxLength = 60;

    /// <summary>The start of the year 1, in seconds since 1970-01-01.</summary>
    private const double FirstSecond = -62_135_596_800;

    /// <summary>Up to here, in the year 2084, reading a date changes it by less than half a microsecond.</summary>
    private const double LastMicrosecond = 3_600_000_000;

    /// <summary>The last second of the year 9999.</summary>
    private const double LastSecond = 253_402_300_799;

    private const DateTimeStyles Styles =
        DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] Times = ["", " H:mm", " H:mm:ss.FFFFFFF", " h:mm tt", " h:mm:ss tt"];

    private static readonly string[] Iso =
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", IsoTime];

    /// <summary>Formats that are recognised: year first, day first, month first, month by its English name.</summary>
    internal static IReadOnlyList<string> Candidates { get; } =
    [
        .. With(Times, "yyyy-M-d", "yyyy/M/d", "yyyy.M.d"),
        .. With([" H:mmK", " H:mm:ss.FFFFFFFK", "'T'H:mmK", "'T'H:mm:ss.FFFFFFFK"], "yyyy-M-d"),
        .. With(Times, "d/M/yyyy", "d-M-yyyy", "d.M.yyyy", "d/M/yy", "d-M-yy", "d.M.yy"),
        .. With(Times, "M/d/yyyy", "M-d-yyyy", "M/d/yy", "M-d-yy"),
        .. With(Times, "d MMM yyyy", "d-MMM-yyyy", "d/MMM/yyyy", "d-MMM-yy", "d MMMM yyyy", "MMM d, yyyy", "MMMM d, yyyy", "MMM d yyyy"),
        "yyyy-MM", "MMM yyyy", "MMM-yyyy", "MMMM yyyy",
    ];

    /// <summary>Whether a date in this format begins with the day, as a number.</summary>
    internal static bool IsDayFirst(string format) => format.StartsWith('d') && !format.Contains("MMM");

    /// <summary>Whether a date in this format begins with the month, as a number.</summary>
    internal static bool IsMonthFirst(string format) => format.StartsWith('M') && !format.Contains("MMM");

    private static bool IsUnix(string format) => format is UnixSeconds or UnixMilliseconds or UnixMicroseconds or UnixNanoseconds;

    /// <summary>Whether the text is a format by which dates can be read.</summary>
    public static bool IsValid(string format)
    {
        if (IsUnix(format))
        {
            return true;
        }

        try
        {
            var sample = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
            return format.Length is > 1 and <= MaxLength && format.Contains('y')
                && TryRead(sample.ToString(format, CultureInfo.InvariantCulture), format, out _);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Reads a date.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="format">A valid format.</param>
    /// <param name="seconds">Seconds since 1970-01-01 in UTC.</param>
    public static bool TryRead(ReadOnlySpan<char> text, string format, out double seconds)
    {
        seconds = double.NaN;
        if (IsUnix(format))
        {
            return TryReadUnix(text, format, out seconds);
        }

        if (!DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, Styles, out var time))
        {
            return false;
        }

        seconds = (time - DateTime.UnixEpoch).Ticks / (double)TimeSpan.TicksPerSecond;
        return true;
    }

    /// <summary>Reads an ISO 8601 date. Every column of dates accepts these, because their order of day and month is never in doubt.
    /// </summary>
    public static bool TryReadIso(ReadOnlySpan<char> text, out double seconds)
    {
        Span<char> shortened = stackalloc char[MaxLength];
        var isRead = DateTime.TryParseExact(
            WithoutNanoseconds(text, shortened), Iso, CultureInfo.InvariantCulture, Styles, out var time);
        seconds = isRead ? (time - DateTime.UnixEpoch).Ticks / (double)TimeSpan.TicksPerSecond : double.NaN;
        return isRead;
    }

    /// <summary>A date, or a date and time, as ISO 8601; the number itself if it is not in the years 1 to 9999.</summary>
    public static string ToText(double seconds)
    {
        if (TimeOf(seconds) is not { } time)
        {
            return seconds.ToString(CultureInfo.InvariantCulture);
        }

        var format = time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFF";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The date and time in UTC; null if it is not in the years 1 to 9999. It is rounded to the microsecond, or to the millisecond in years
    /// that are so far from 1970 that a double does not keep a microsecond.
    /// </summary>
    public static DateTime? TimeOf(double seconds)
    {
        if (seconds is not (>= FirstSecond and < LastSecond))
        {
            return null;
        }

        var whole = Math.Floor(seconds);
        var unit = Math.Abs(seconds) < LastMicrosecond ? TimeSpan.TicksPerMicrosecond : TimeSpan.TicksPerMillisecond;
        var fraction = (long)Math.Round((seconds - whole) * TimeSpan.TicksPerSecond / unit);
        return DateTime.UnixEpoch.AddTicks((long)whole * TimeSpan.TicksPerSecond + fraction * unit);
    }

    /// <summary>Leaves out digits of a second behind the seventh, which .NET does not read.</summary>
    private static ReadOnlySpan<char> WithoutNanoseconds(ReadOnlySpan<char> text, Span<char> buffer)
    {
        const int Digits = 7;
        var start = text.IndexOf('.') + 1;
        var length = start == 0 ? 0 : text[start..].IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length - start;
        if (length <= Digits || text.Length > buffer.Length)
        {
            return text;
        }

        text[..(start + Digits)].CopyTo(buffer);
        text[(start + length)..].CopyTo(buffer[(start + Digits)..]);
        return buffer[..(text.Length - length + Digits)];
    }

    private static bool TryReadUnix(ReadOnlySpan<char> text, string format, out double seconds)
    {
        seconds = double.NaN;
        var unit = format switch { UnixSeconds => 1m, UnixMilliseconds => 1e3m, UnixMicroseconds => 1e6m, _ => 1e9m };
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number / unit is < (decimal)FirstSecond or > (decimal)LastSecond)
        {
            return false;
        }

        seconds = (double)(number / unit);
        return true;
    }

    private static IEnumerable<string> With(string[] times, params string[] dates) =>
        dates.SelectMany(date => times.Select(time => date + time));
}

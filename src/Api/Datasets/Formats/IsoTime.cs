using System.Globalization;

namespace Velodrome.Api.Datasets.Formats;

/// <summary>Dates and times as ISO 8601.</summary>
internal static class IsoTime
{
    public static string Of(DateTime value) => value.ToString(
        value.Kind == DateTimeKind.Utc ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        CultureInfo.InvariantCulture);

    public static string Of(DateOnly value) => value.ToString("O", CultureInfo.InvariantCulture);

    public static string Of(TimeOnly value) => value.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    /// <summary>A time of day. A negative interval, or one of a day or more, is written as a number of seconds.</summary>
    public static string Of(TimeSpan value) => value >= TimeSpan.Zero && value < TimeSpan.FromDays(1)
        ? Of(TimeOnly.FromTimeSpan(value))
        : value.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);
}

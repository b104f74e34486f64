using System.Globalization;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Training.Tests.Tables.Reading;

/// <summary>A date that is written as text is the date that was read.</summary>
public class DateFormatTests
{
    [Theory]
    [InlineData("2024-01-02")]
    [InlineData("2024-01-02T03:04:05")]
    [InlineData("2024-01-02T03:04:05.1")]
    [InlineData("2024-01-02T03:04:05.123456")]
    [InlineData("2024-01-02T23:59:59.999999")]
    [InlineData("2083-12-31T03:04:05.000001")]
    [InlineData("1969-12-31T23:59:59.999999")]
    [InlineData("0001-01-01T00:00:00.001")]
    [InlineData("9999-12-31T23:59:58.999")]
    public void A_date_is_written_as_it_was_read(string text)
    {
        Assert.True(DateFormat.TryReadIso(text, out var seconds));
        Assert.Equal(text, DateFormat.ToText(seconds));
    }

    [Fact]
    public void Microseconds_are_kept_until_2084()
    {
        var random = new System.Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var microseconds = random.NextInt64(-3_600_000_000, 3_600_000_000) * 1_000_000 + random.Next(1_000_000);
            var time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
            A_date_is_written_as_it_was_read(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture));
        }
    }
}

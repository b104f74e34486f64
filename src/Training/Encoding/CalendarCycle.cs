namespace Velodrome.Training.Encoding;

/// <summary>A period of the calendar. A date has a position in it: two inputs, the sine and the cosine, so that December is next to
/// January.</summary>
public enum CalendarCycle
{
    /// <summary>The mean year of the Gregorian calendar: a day of the year is in the same place to within two days.</summary>
    Year,

    /// <summary>Seven days.</summary>
    Week,

    /// <summary>24 hours in UTC.</summary>
    Day,
}

/// <summary>Finds the cycles that a column of dates shows, and positions in them.</summary>
internal static class CalendarCycles
{
    /// <summary>Inputs of a cycle.</summary>
    public const int Width = 2;

    private const double SecondsPerDay = 86_400;

    /// <summary>A cycle that training rows pass less often can't be told from the elapsed time.</summary>
    private const int MinPasses = 2;

    /// <summary>Finds the cycles that the training rows pass at least twice; of a day, also only if there are times of day.</summary>
    /// <param name="seconds">Dates of the training rows in seconds since 1970-01-01, without missing ones, ascending; at least one.</param>
    public static CalendarCycle[] Of(ReadOnlySpan<double> seconds)
    {
        var range = seconds[^1] - seconds[0];
        var hasTimes = false;
        foreach (var second in seconds)
        {
            hasTimes |= second % SecondsPerDay != 0;
        }

        return [.. Enum.GetValues<CalendarCycle>().Where(cycle =>
            range >= MinPasses * LengthOf(cycle) && (hasTimes || cycle != CalendarCycle.Day))];
    }

    /// <summary>Writes the sine and the cosine of a date's position in each cycle.</summary>
    /// <param name="cycles">The cycles.</param>
    /// <param name="seconds">The date, in seconds since 1970-01-01.</param>
    /// <param name="inputs">[<see cref="Width"/> for each cycle].</param>
    public static void Encode(IReadOnlyList<CalendarCycle> cycles, double seconds, Span<float> inputs)
    {
        for (var i = 0; i < cycles.Count; i++)
        {
            var length = LengthOf(cycles[i]);
            var (sine, cosine) = Math.SinCos(2 * Math.PI * (seconds % length / length));
            (inputs[Width * i], inputs[Width * i + 1]) = ((float)sine, (float)cosine);
        }
    }

    private static double LengthOf(CalendarCycle cycle) => SecondsPerDay * cycle switch
    {
        CalendarCycle.Year => 365.2425,
        CalendarCycle.Week => 7,
        _ => 1,
    };
}

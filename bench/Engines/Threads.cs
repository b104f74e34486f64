namespace Velodrome.Bench.Engines;

/// <summary>What a second thread gains, by the clock, in every case that is large enough to share; and as its limit two trainings at once that share nothing.</summary>
internal static class Threads
{
    private const int SecondsPerRound = 8;

    public static string Measure(int rounds) => $"""
        Two threads, by the clock, {rounds * SecondsPerRound} s of turns: the median gain, and between which the middle half of the turns lay. Their limit is
        two trainings at once that share nothing. There and back: the way of a cache line between the two processors, in nanoseconds;
        where it is long, two threads wait for what the other has learnt.

        {Report.Table(["case", "two threads / one", "two trainings / one", "there and back", "one thread, us a step", "two threads, us a step"],
            Case.All.Where(of => of.Operations > 1e8).Select(of => Row(Race.OfThreads(of, TimeSpan.FromSeconds(rounds * SecondsPerRound)))))}
        """;

    private static IEnumerable<string> Row(Race race) =>
    [
        race.Case.Name, Gain(race, "simd, 2 threads"), Gain(race, "simd, 2 trainings"), Range(race.RoundTrip, "F0"),
        $"{race.Wall("simd"):F0}", $"{race.Wall("simd, 2 threads"):F0}",
    ];

    private static string Gain(Race race, string name) => Range(race.Gain(name), "F2");

    private static string Range((double Lower, double Median, double Upper) of, string format) =>
        $"{of.Median.ToString(format)} ({of.Lower.ToString(format)} to {of.Upper.ToString(format)})";
}

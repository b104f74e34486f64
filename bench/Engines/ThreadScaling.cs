namespace Velodrome.Bench.Engines;

/// <summary>Measures the speedup by a second thread on large workloads, and its limit: two independent trainings.</summary>
internal static class ThreadScaling
{
    private const int SecondsPerRound = 8;

    /// <summary>Operations of an epoch from which a workload's steps are large enough to be shared.</summary>
    private const double MinOperations = 1e8;

    private static readonly string[] Columns =
        ["workload", "two threads / one", "two trainings / one", "round trip, ns", "one thread, µs per step", "two threads, µs per step"];

    public static string Measure(int rounds)
    {
        var time = TimeSpan.FromSeconds(rounds * SecondsPerRound);
        var large = Workload.All.Where(workload => workload.Operations > MinOperations);
        return $"""
            Speedup by two threads in wall-clock time, over {time.TotalSeconds} s of turns: the median and, in brackets, the quartiles.
            Its limit is two independent trainings at the same time. The round trip is the time of a cache line from one processor
            to the other and back: where it is long, two threads wait for each other's weights.

            {Report.Table(Columns, large.Select(workload => Row(Comparison.OfThreads(workload, time))))}
            """;
    }

    private static IEnumerable<string> Row(Comparison comparison) =>
    [
        comparison.Workload.Name,
        Range(comparison.Speedup("simd, 2 threads"), "F2"), Range(comparison.Speedup("simd, 2 trainings"), "F2"),
        Range(comparison.RoundTrip, "F0"),
        $"{comparison.Wall("simd"):F0}", $"{comparison.Wall("simd, 2 threads"):F0}",
    ];

    private static string Range((double Lower, double Median, double Upper) quartiles, string format) =>
        $"{quartiles.Median.ToString(format)} ({quartiles.Lower.ToString(format)} to {quartiles.Upper.ToString(format)})";
}

namespace Velodrome.Bench.Engines;

/// <summary>Writes the comparison of engines and peers as Markdown.</summary>
internal static class EngineReport
{
    private const int MaxSizeRounds = 3;

    private static readonly string[] RelativeTimeColumns = ["workload", "scikit-learn", "PyTorch", "engine torch", "simd, share of peak"];

    public static string Measure(int rounds)
    {
        HardwareLimits.MultiplyAdds(); // compiles
        var peak = Enumerable.Range(0, 20).Select(_ => HardwareLimits.MultiplyAdds()).Median();
        var copy = Enumerable.Range(0, 10).Select(_ => HardwareLimits.Copy()).Median();
        Comparison[] comparisons = [.. Workload.All.Select(workload => Comparison.WithPeers(workload, rounds))];
        string[] names = [.. comparisons.SelectMany(comparison => comparison.Names).Distinct()];
        return $"""
            ## Engines and peers

            Training time relative to Velodrome's engine simd (higher is slower). {rounds} rounds in which the trainers take turns,
            medians. One thread each, and processor time, which other work on the machine disturbs less. An epoch shuffles the rows,
            trains on each and predicts a fifth as many (scikit-learn predicts none).

            {Report.Table(RelativeTimeColumns, comparisons.Select(RelativeTimes))}
            The peak is {peak:F1} GFLOP/s: multiply-adds between registers on one core. Operations are those that training cannot
            do without: no backward pass through the first layer, no padding. A copy in memory moves {copy:F1} GB/s.

            Microseconds per step:

            {Report.Table(["workload", .. names], comparisons.Select(comparison => StepTimes(comparison, names)))}
            Time of the engine torch relative to simd by size, one thread:

            {Report.Table(NetworkSizes.Heading, NetworkSizes.Measure(Math.Min(rounds, MaxSizeRounds)))}
            {ThreadScaling.Measure(rounds)}
            Time of simd with vectors of other widths, relative to the width that it chooses:

            {VectorWidths.Measure(rounds)}
            """;
    }

    private static string[] RelativeTimes(Comparison comparison) =>
    [
        $"{comparison.Workload}", RelativeTime(comparison, "scikit"), RelativeTime(comparison, "PyTorch"),
        RelativeTime(comparison, "torch"), $"{comparison.ShareOfPeak():P0}",
    ];

    private static string RelativeTime(Comparison comparison, string prefix) =>
        comparison.RelativeTime(prefix) is { } ratio ? $"{ratio:F1}x" : "not installed";

    private static string[] StepTimes(Comparison comparison, string[] names) =>
    [
        comparison.Workload.Name, .. names.Select(name => comparison.Names.Contains(name) ? $"{comparison.Processor(name):F1}" : ""),
    ];
}

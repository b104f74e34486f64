namespace Velodrome.Bench.Service;

/// <summary>Writes the cost of single runs, many runs, histories and predictions over HTTP as Markdown.</summary>
internal static class ServiceReport
{
    public static async Task<string> Measure(int rounds)
    {
        var firstRuns = await JobCosts.MeasureFirstRuns();
        using var service = await ServiceProcess.Start();
        await Throughput.Measure(service, 300); // compiles the code
        var manyRuns = await Throughput.Measure(service, 1_000);
        var costs = await JobCosts.Measure(service, rounds);
        var (history, keepsBestEpoch) = await LongHistory.Measure(service, rounds);
        var predictions = await Predictions.Measure(service, rounds);
        return $"""
            ## The service

            Over HTTP, with SQLite, from POST to the end of the run, compared with the same training in memory by this process.
            The two take turns; medians.

            {Report.Table(["run", "over HTTP, ms", "in memory, ms", "HTTP / memory", "worker's part / memory"], costs.Select(Row))}
            The first runs of "small" after a start of the service took {string.Join(", ", firstRuns.Select(time => $"{time:F0}"))} ms.

            {manyRuns.Runs:N0} runs of "lesson", 50 epochs, posted by {Throughput.Clients} clients in parallel: all ended within
            {manyRuns.Seconds:F1} s, with {manyRuns.ProcessorSeconds:F1} s of the service's processor time. In that time
            `GET /runs` took {manyRuns.ListMedian:F0} ms (median), {manyRuns.ListP99:F0} ms at the 99th percentile.

            A history of 100,000 epochs with `maxPoints=1000`: {history:F0} ms.
            It {(keepsBestEpoch ? "keeps" : "LOSES")} the best epoch.

            {predictions}

            """;
    }

    private static string[] Row(JobCosts.Cost cost) =>
    [
        cost.Name, Report.Number(cost.Http), Report.Number(cost.Memory),
        Report.Number(cost.HttpRatio), Report.Number(cost.WorkerRatio),
    ];
}

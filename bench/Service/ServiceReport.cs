namespace Velodrome.Bench.Service;

/// <summary>The service as a process: what a run, a crowd of runs, and predictions cost over HTTP.</summary>
internal static class ServiceReport
{
    public static async Task<string> Measure(int rounds)
    {
        var first = await JobCosts.MeasureFirst();
        using var service = await ServiceProcess.Start();
        await Throughput.Measure(service, 300); // compiles
        var crowd = await Throughput.Measure(service, 1_000);
        var costs = await JobCosts.Measure(service, rounds);
        var (points, lowest) = await LongHistory.Measure(service, rounds);
        var predictions = await Predictions.Measure(service, rounds);
        return $"""
            ## The service

            Over HTTP, with SQLite, from POST to the end; beside it the same request trained in memory by this process, turn by turn, medians.

            {Report.Table(["run", "over HTTP, ms", "in memory, ms", "HTTP / memory", "worker's part / memory"], costs.Select(cost => (string[])
                [cost.Name, Report.Number(cost.Http), Report.Number(cost.Memory), Report.Number(cost.HttpRatio), Report.Number(cost.WorkerRatio)]))}
            The first runs of small after a start of the service took {string.Join(", ", first.Select(time => $"{time:F0}"))} ms over HTTP.

            {crowd.Runs:N0} lessons posted by 8 clients at once: all had ended after {crowd.Seconds:F1} s, of which the service was busy {crowd.ProcessorSeconds:F1} s;
            `GET /runs` took {crowd.ListMedian:F0} ms meanwhile, 99 in 100 less than {crowd.ListP99:F0} ms.

            A history of 100,000 epochs with `maxPoints=1000`: {points:F0} ms; it {(lowest ? "keeps" : "LOSES")} the lowest validation loss.

            {predictions}

            """;
    }
}

using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Tests.MutationTests;

/// <summary>The harness finds what it is there to find, once one of the service's safeguards is taken away.</summary>
public sealed class FencingTests
{
    [LongFact(needsPostgres: true)]
    public async Task Without_fencing_a_worker_that_lost_its_run_writes()
    {
        using var service = await MutatedService.Create("Data/Runs/RunStore.Workers.cs",
            "run.Id == claim.RunId && run.Token == claim.Token && run.Status == RunStatus.Running", "run.Id == claim.RunId && run.Status == RunStatus.Running");

        var report = await StopScenario.Run(new() { Service = service.Build, Workers = 2, Engine = EngineChoice.Simd }, tries: 1);

        Assert.True(report.Count(Fault.Stale) > 0, $"{report}");
    }
}

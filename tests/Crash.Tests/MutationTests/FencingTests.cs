using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Tests.Mutations;

namespace Velodrome.Crash.Tests.MutationTests;

public sealed class FencingTests
{
    /// <summary>The fault: writes no longer require that the worker's fencing token is the newest.</summary>
    internal static Mutation NoFencing { get; } = new("Data/Runs/RunStore.Workers.cs",
        "run.Id == claim.RunId && run.Token == claim.Token && run.Status == RunStatus.Running",
        "run.Id == claim.RunId && run.Status == RunStatus.Running");

    [LongFact(needsPostgres: true)]
    public async Task The_harness_finds_stale_writes_if_tokens_are_not_checked()
    {
        using var service = await MutatedService.Create(NoFencing);

        var report = await PauseScenario.Run(new() { Service = service.Build, Workers = 2, Engine = EngineChoice.Simd }, tries: 1);

        Assert.True(report.Count(FindingKind.Stale) > 0, $"{report}");
    }
}

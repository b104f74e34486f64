using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Tests.Mutations;

namespace Velodrome.Crash.Tests.MutationTests;

public sealed class SeedTests
{
    /// <summary>The fault: random numbers depend on the process, so a resumed run continues with others.</summary>
    internal static Mutation SeedPerProcess { get; } = new("Training/Random/RandomNumbers.cs",
        "Mix((ulong)seed + Gamma)",
        "Mix((ulong)seed + (ulong)Environment.ProcessId + Gamma)");

    [LongFact]
    public async Task The_harness_finds_differing_histories_if_each_process_has_its_own_seed()
    {
        using var service = await MutatedService.Create(SeedPerProcess);

        var report = await KillScenario.Run(new()
        {
            Service = service.Build,
            Kills = 0,
            Engine = EngineChoice.Simd,
            Operations = ["record"],
        });

        Assert.True(report.Count(FindingKind.Differing) > 0, $"{report}");
    }
}

using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Tests.MutationTests;

/// <summary>The harness finds what it is there to find, once one of the service's safeguards is taken away.</summary>
public sealed class SeedTests
{
    [LongFact]
    public async Task A_seed_of_each_process_makes_histories_differ()
    {
        using var service = await MutatedService.Create("Training/Random/RandomNumbers.cs", "Mix((ulong)seed + Gamma)", "Mix((ulong)seed + (ulong)Environment.ProcessId + Gamma)");

        var report = await KillScenario.Run(new() { Service = service.Build, Kills = 0, Engine = EngineChoice.Simd, Operations = ["record"] });

        Assert.True(report.Count(Fault.Differing) > 0, $"{report}");
    }
}

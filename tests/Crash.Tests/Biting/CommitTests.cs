using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Tests.Biting;

/// <summary>The harness finds what it is there to find, once one of the service's safeguards is taken away.</summary>
public sealed class CommitTests
{
    [LongFact]
    public async Task An_answer_before_its_commit_loses_a_run()
    {
        using var service = await MutatedService.Of("Data/DatabaseWriter.cs",
            "            transaction.Commit();", "            group.ForEach(work => work.Complete());\n            transaction.Commit();\n            group.Clear();");

        var report = await KillScenario.Run(new() { Service = service.Build, Kills = 0, Operations = ["accept"] });

        Assert.True(report.Count(Fault.Lost) > 0, $"{report}");
    }
}

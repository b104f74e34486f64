using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Tests.MutationTests;

/// <summary>The harness finds what it is there to find, once one of the service's safeguards is taken away.</summary>
public sealed class CommitTests
{
    [LongFact]
    public async Task An_answer_before_its_commit_loses_a_run()
    {
        using var service = await MutatedService.Create("Data/DatabaseWriter.cs",
            "context => result = work(context), () => caller.SetResult(result), caller.SetException",
            """
            context =>
            {
                result = work(context);
                context.SaveChanges();
                if (result is ValueTuple<Runs.Run, bool>) // a run that was accepted
                {
                    caller.TrySetResult(result);
                }
            }, () => caller.TrySetResult(result), failure => caller.TrySetException(failure)
            """);

        var report = await KillScenario.Run(new() { Service = service.Build, Kills = 0, Engine = EngineChoice.Simd, Operations = ["accept"] });

        Assert.True(report.Count(Fault.Lost) > 0, $"{report}");
    }
}

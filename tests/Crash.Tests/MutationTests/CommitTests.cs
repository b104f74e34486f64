using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Scenarios;
using Velodrome.Crash.Tests.Mutations;

namespace Velodrome.Crash.Tests.MutationTests;

public sealed class CommitTests
{
    /// <summary>The caller that stores a run gets its result before the transaction commits.</summary>
    internal static Mutation AnswerBeforeCommit { get; } = new("Data/DatabaseWriter.cs",
        "database => result = work(database), () => caller.SetResult(result), caller.SetException",
        """
        database =>
        {
            result = work(database);
            database.SaveChanges();
            if (database.ChangeTracker.Entries<Runs.Run>().Any())
            {
                caller.TrySetResult(result);
            }
        }, () => caller.TrySetResult(result), failure => caller.TrySetException(failure)
        """);

    [LongFact]
    public async Task The_harness_finds_lost_runs_if_responses_are_sent_before_the_commit()
    {
        using var service = await MutatedService.Create(AnswerBeforeCommit);

        var report = await KillScenario.Run(new()
        {
            Service = service.Build,
            Kills = 0,
            Engine = EngineChoice.Simd,
            Operations = ["submit"],
        });

        Assert.True(report.Count(FindingKind.Lost) > 0, $"{report}");
    }
}

using Velodrome.Crash.Requests;
using Velodrome.Processes;

namespace Velodrome.Crash.Scenarios;

/// <summary>Crashes and restarts the PostgreSQL server while runs are posted and trained.</summary>
public static class RestartScenario
{
    public static async Task<Report> Run(CrashOptions options, int restarts, CancellationToken cancellationToken = default)
    {
        using var workspace = new Workspace(options with { Provider = Provider.Postgres });
        var kinds = RunKinds.For(options.Engine);
        var goldenRuns = await GoldenRuns.TrainAll(options.Service, kinds, workspace.Folder);
        using var cluster = workspace.NewCluster();
        using var testBed = new TestBed(cluster, goldenRuns, kinds, options.Seed);
        var (checker, random) = (testBed.Checker, new Random(options.Seed));
        await cluster.Start();
        testBed.Start();
        for (var number = 1; number <= restarts; number++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2 + 4 * random.NextDouble()), cancellationToken);
            while (cluster.Database.ActiveRuns().Exists(run => run.Attempts > 1))
            {
                await Task.Delay(50, cancellationToken); // a third claim without an epoch would fail the run as a crash loop
            }

            workspace.Server.Restart();
            options.Progress($"{number} of {restarts} restarts, {checker.AcceptedRuns} runs, {Report.Summary(checker.Findings)}");
        }

        await testBed.Finish();
        return workspace.Finish([("restarts of PostgreSQL", Report.Format(restarts)), .. testBed.Figures], checker.Findings);
    }
}

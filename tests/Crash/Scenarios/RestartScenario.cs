using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;

namespace Velodrome.Crash.Scenarios;

/// <summary>The PostgreSQL server crashes and comes back while runs are posted and trained.</summary>
public static class RestartScenario
{
    public static async Task<Report> Run(CrashOptions options, int times, CancellationToken cancellationToken = default)
    {
        using var workshop = new BuildFolder(options with { Provider = Provider.Postgres });
        var kinds = RunKinds.ForEngine(options.Engine);
        var golden = await GoldenRuns.TrainAll(options.Service, kinds, workshop.Folder);
        using var cluster = workshop.NewCluster();
        using var stand = new TestBed(cluster, golden, kinds, options.Seed);
        var random = new Random(options.Seed);
        await cluster.Start();
        stand.Open();
        for (var number = 1; number <= times; number++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2 + 4 * random.NextDouble()), cancellationToken);
            while (cluster.Database.Active().Exists(run => run.Attempts > 1))
            {
                await Task.Delay(50, cancellationToken); // three claims without an epoch between them are a crash loop
            }

            workshop.Server.Restart();
            options.Progress($"{number} of {times} restarts, {stand.Witness.AcceptedRuns} runs, {Report.Summary(stand.Witness.Findings)}");
        }

        await stand.Close();
        return new([("restarts of PostgreSQL", Report.Text(times)), .. stand.Figures], workshop.Keep(stand.Witness.Findings));
    }
}

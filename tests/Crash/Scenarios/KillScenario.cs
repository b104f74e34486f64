using System.Diagnostics;
using Velodrome.Crash.Kills;
using Velodrome.Crash.Requests;
using Velodrome.Failpoints;

namespace Velodrome.Crash.Scenarios;

/// <summary>Kills processes at random moments and at every failpoint while the workload calls the service.</summary>
public static class KillScenario
{
    /// <summary>The name of the key with which the harness calls the service.</summary>
    private const string HarnessKey = "harness";

    public static async Task<Report> Run(CrashOptions options, CancellationToken cancellationToken = default)
    {
        var stopwatch = Stopwatch.StartNew();
        using var workspace = new Workspace(options);
        var kinds = RunKinds.For(options.Engine);
        var goldenRuns = await GoldenRuns.TrainAll(options.Service, kinds, workspace.Folder);
        using var cluster = workspace.NewCluster();
        using var testBed = new TestBed(cluster, goldenRuns, kinds, options.Seed);
        var (checker, recovery) = (testBed.Checker, testBed.Recovery);
        var killRunner = new KillRunner(cluster, checker, testBed.Watcher, recovery, testBed.Workload);

        var operations = options.Operations.Where(operation => options.Keys || !Operations.OfKeys.Contains(operation)).ToList();
        await killRunner.KillAtFirstStart(KillPlan.ForFirstStart(operations));
        if (options.Keys)
        {
            cluster.ApiNode.ApiKey = await cluster.ApiNode.AddKey(HarnessKey, "admin");
            testBed.Keys.RecordMade(new(Id: null, HarnessKey, "admin", cluster.ApiNode.ApiKey));
        }

        await cluster.Start();
        testBed.Start();
        var plan = KillPlan.Create(cluster, options.Kills, operations, new Random(options.Seed));
        var plannedKills = plan.Sum(kill => kill.RandomKills);
        foreach (var kill in plan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await killRunner.Execute(kill);
            options.Progress(
                $"{killRunner.RandomKills} of {plannedKills} random kills, {killRunner.FailpointKills} at failpoints, " +
                $"{checker.AcceptedRuns} runs, {Report.Summary(checker.Findings)}, {Report.Format(stopwatch.Elapsed)}");
        }

        await testBed.Finish();
        return workspace.Finish(
        [
            ("kills", Report.Format(killRunner.RandomKills + killRunner.FailpointKills)),
            ("at random moments", Report.Format(killRunner.RandomKills)),
            ("at failpoints", Report.Format(killRunner.FailpointKills)),
            .. testBed.Figures,
            ("recovery, median", Report.Quantile(recovery.Times, 0.5)),
            ("recovery, 95th percentile", Report.Quantile(recovery.Times, 0.95)),
            ("time", Report.Format(stopwatch.Elapsed)),
        ], checker.Findings);
    }
}

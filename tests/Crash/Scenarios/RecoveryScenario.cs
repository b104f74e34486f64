using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Processes;

namespace Velodrome.Crash.Scenarios;

/// <summary>
/// Kills a single-process service while it trains, and measures the time until it trains again. Nothing calls the service in
/// that time, so the result is not affected by other work. In the kill scenario, the workload and the watcher slow the service down.
/// </summary>
public static class RecoveryScenario
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest delay before a kill.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    public static async Task<Report> Run(CrashOptions options, int kills, CancellationToken cancellationToken = default)
    {
        using var workspace = new Workspace(options with { Provider = Provider.Sqlite });
        var kinds = RunKinds.For(options.Engine).Where(kind => kind.IsLong).ToList();
        var goldenRuns = await GoldenRuns.TrainAll(options.Service, kinds, workspace.Folder);
        using var cluster = workspace.NewCluster();
        await cluster.Start();
        var checker = new Checker(goldenRuns, RunKind.KindOf);
        var recovery = new RecoveryTimer();
        var startupTimes = new List<TimeSpan>();
        var random = new Random(options.Seed);
        while (startupTimes.Count < kills)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await PostMissingKinds(cluster, kinds, checker);
            await Task.Delay(MaxDelay * random.NextDouble(), cancellationToken);
            cluster.ApiNode.Process.Pause();
            recovery.MarkInterrupted(cluster.Database.ActiveRuns().Where(run => run.IsRunning));
            cluster.ApiNode.Kill();

            await cluster.Start();
            recovery.RestartClock();
            startupTimes.Add(cluster.ApiNode.Process.StartupTime);
            await WaitUntil(cluster, active =>
            {
                recovery.Update(active);
                return recovery.AllRecovered;
            });
            options.Progress($"{startupTimes.Count} of {kills} kills, the last recovery took {Report.Format(recovery.Times[^1])}");
        }

        await WaitUntil(cluster, active => active.Count == 0);
        var rows = cluster.Database.AllRuns();
        await new Watcher(cluster, checker, recovery).CheckAllHistories(rows);
        checker.CheckFinalRows(rows);
        await IntegrityCheck.Run(cluster, checker);
        return workspace.Finish(
        [
            ("kills", Report.Format(kills)),
            ("interrupted runs", Report.Format(recovery.Times.Count)),
            ("process startup, median", Report.Quantile(startupTimes, 0.5)),
            ("recovery, median", Report.Quantile(recovery.Times, 0.5)),
            ("recovery, 95th percentile", Report.Quantile(recovery.Times, 0.95)),
        ], checker.Findings);
    }

    /// <summary>Posts a run of each kind that has no active run, and waits until all of them train.</summary>
    private static async Task PostMissingKinds(Cluster cluster, IReadOnlyList<RunKind> kinds, Checker checker)
    {
        var active = cluster.Database.ActiveRuns();
        foreach (var kind in kinds.Where(kind => !active.Exists(run => RunKind.KindOf(run.Name) == kind.Name)))
        {
            var name = kind.RunName(checker.AcceptedRuns + 1);
            checker.RecordAccepted(await cluster.ApiNode.Http!.PostRun(kind, name, key: name), name);
        }

        await WaitUntil(cluster, runs => runs.TrueForAll(run => run.IsRunning && run.LastEpoch is not null));
    }

    private static async Task WaitUntil(Cluster cluster, Func<List<RunRow>, bool> condition)
    {
        for (var deadline = DateTime.UtcNow + WaitTimeout; !condition(cluster.Database.ActiveRuns()); await Task.Delay(PollInterval))
        {
            if (DateTime.UtcNow > deadline)
            {
                var runs = string.Join(", ", cluster.Database.ActiveRuns());
                throw new TimeoutException($"Waited {WaitTimeout.TotalMinutes} minutes in vain. The active runs are {runs}.");
            }
        }
    }
}

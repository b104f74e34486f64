using System.Diagnostics;
using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Processes;

namespace Velodrome.Crash.Scenarios;

/// <summary>
/// Pauses a worker (SIGSTOP) for longer than its lease, until another worker has taken its run over. Then the second worker is paused and
/// the first resumed, so that any change to the run must come from the first, which has lost its claim.
/// </summary>
public static class PauseScenario
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Longer than the interval at which a worker writes, and shorter than a lease.</summary>
    private static readonly TimeSpan ObservationTime = TimeSpan.FromSeconds(5);

    public static async Task<Report> Run(CrashOptions options, int tries, CancellationToken cancellationToken = default)
    {
        using var workspace = new Workspace(options with { Provider = Provider.Postgres });
        var goldenRuns = await GoldenRuns.TrainAll(options.Service, [RunKinds.LongOnTorch], workspace.Folder);
        using var cluster = workspace.NewCluster();
        await cluster.Start();
        var checker = new Checker(goldenRuns, RunKind.KindOf);
        var takeoverTimes = new List<TimeSpan>();
        for (var number = 1; takeoverTimes.Count < tries; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryOnce(cluster, checker, number) is { } time)
            {
                takeoverTimes.Add(time);
            }

            options.Progress($"{takeoverTimes.Count} of {tries} tries, {Report.Summary(checker.Findings)}");
        }

        var rows = cluster.Database.AllRuns();
        await new Watcher(cluster, checker, new()).CheckAllHistories(rows);
        checker.CheckFinalRows(rows);
        return workspace.Finish(
        [
            ("tries", Report.Format(tries)),
            ("stale writes", Report.Format(checker.Findings.Count(finding => finding.Kind == FindingKind.Stale))),
            ("time until takeover, median", Report.Quantile(takeoverTimes, 0.5)),
        ], checker.Findings);
    }

    /// <returns>The time until another worker took the run over, or null if the attempt does not count: the run ended first.</returns>
    private static async Task<TimeSpan?> TryOnce(Cluster cluster, Checker checker, int number)
    {
        var name = RunKinds.LongOnTorch.RunName(number);
        var id = await cluster.ApiNode.Http!.PostRun(RunKinds.LongOnTorch, name, key: name);
        checker.RecordAccepted(id, name);
        var run = await WaitUntil(cluster, id, run => run.FinishedAt is not null || (run.IsRunning && run.LastEpoch is not null));
        if (run.FinishedAt is not null || OwnerOf(cluster, run) is not { } first || !await PauseWhileItTrains(cluster, first, id))
        {
            return null;
        }

        var pausedAt = Stopwatch.GetTimestamp();
        run = await WaitUntil(cluster, id, other => other.Token > run.Token);
        var takeoverTime = Stopwatch.GetElapsedTime(pausedAt);
        if (OwnerOf(cluster, run) is not { } second || !await PauseWhileItTrains(cluster, second, id))
        {
            first.Process.Resume();
            return null;
        }

        var before = Snapshot(cluster.Database, id);
        first.Process.Resume();
        await Task.Delay(ObservationTime);
        var after = Snapshot(cluster.Database, id);

        // With a new token, the second lease has expired as well and the run was claimed again, which is correct.
        var counts = cluster.Database.Run(id).Token == run.Token;
        if (counts && after != before)
        {
            checker.AddFinding(FindingKind.Stale, $"changed from {before} to {after} while only a worker without a claim was awake", id);
        }

        second.Process.Resume();
        await WaitUntil(cluster, id, run => run.FinishedAt is not null);
        return counts ? takeoverTime : null;
    }

    /// <summary>
    /// Pauses the process between two transactions. A process that is paused within one keeps its locks and blocks other connections.
    /// </summary>
    /// <returns>False if the run ended first. The process is then not paused.</returns>
    private static async Task<bool> PauseWhileItTrains(Cluster cluster, Node node, long id)
    {
        for (node.Process.Pause(); IsWithinTransaction(cluster.Database, node); node.Process.Pause())
        {
            node.Process.Resume();
            await Task.Delay(PollInterval);
        }

        if (cluster.Database.Run(id).IsRunning)
        {
            return true;
        }

        node.Process.Resume();
        return false;
    }

    private static bool IsWithinTransaction(ServiceDatabase database, Node node)
    {
        Thread.Sleep(20); // PostgreSQL still executes the commands that were sent before the pause
        return database.Query($"""
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = '{node.Name}' AND state <> 'idle'
            """)[0] != "0";
    }

    private static Node? OwnerOf(Cluster cluster, RunRow run) => cluster.Workers.SingleOrDefault(run.IsOwnedBy);

    /// <summary>Reads everything in the database that a worker changes about a run, as one string.</summary>
    private static string Snapshot(ServiceDatabase database, long id) => $"{database.Run(id)}, " + string.Join(", ", database.Query($"""
        SELECT 'epoch', count(*), max("Number") FROM "Epochs" WHERE "RunId" = {id}
        UNION ALL SELECT 'checkpoint', "Slot", "Epoch" FROM "Checkpoints" WHERE "RunId" = {id}
        UNION ALL SELECT 'model', count(*), 0 FROM "Models" WHERE "RunId" = {id}
        ORDER BY 1, 2
        """));

    private static async Task<RunRow> WaitUntil(Cluster cluster, long id, Func<RunRow, bool> condition)
    {
        for (var deadline = DateTime.UtcNow + WaitTimeout; DateTime.UtcNow < deadline; await Task.Delay(PollInterval))
        {
            if (cluster.Database.Run(id) is var run && condition(run))
            {
                return run;
            }
        }

        throw new TimeoutException($"Waited {WaitTimeout.TotalMinutes} minutes in vain. The run is {cluster.Database.Run(id)}.");
    }
}

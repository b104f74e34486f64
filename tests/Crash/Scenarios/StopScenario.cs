using System.Diagnostics;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Scenarios;

/// <summary>
/// A worker stands still (SIGSTOP) for longer than its lease, another takes its run over, and the first wakes. The other is then
/// stopped too, so that whatever changes about the run can only be the first one's doing.
/// </summary>
public static class StopScenario
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);

    /// <summary>A worker writes more often than that, and the other's lease is longer.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(5);

    public static async Task<Report> Run(CrashOptions options, int tries, CancellationToken cancellationToken = default)
    {
        using var workshop = new BuildFolder(options with { Provider = Provider.Postgres });
        var golden = await GoldenRuns.TrainAll(options.Service, [RunKinds.Long], workshop.Folder);
        using var cluster = workshop.NewCluster();
        await cluster.Start();
        var witness = new Witness(golden, RunKind.OfName);
        var takenOver = new List<TimeSpan>();
        for (var number = 1; takenOver.Count < tries; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Try(cluster, witness, number, takenOver);
            options.Progress($"{takenOver.Count} of {tries} tries, {Report.Summary(witness.Findings)}");
        }

        var all = cluster.Database.All();
        await new Watcher(cluster, witness, new()).LookAtAllHistories(all);
        witness.SawAllAtTheEnd(all);
        return new(
        [
            ("tries", Report.Text(tries)),
            ("stale writes", Report.Text(witness.Findings.Count(finding => finding.Fault == Fault.Stale))),
            ("taken over after, median", Report.Quantile(takenOver, 0.5)),
        ], workshop.Keep(witness.Findings));
    }

    private static async Task Try(Cluster cluster, Witness witness, int number, List<TimeSpan> takenOver)
    {
        var name = RunKinds.Long.NameOf(number);
        var id = await cluster.Front.Http!.PostRun(RunKinds.Long, name, key: name);
        witness.SawAccepted(id, name);
        var run = await Until(cluster, id, run => run.FinishedAt is not null || (run.Trains && run.LastEpoch is not null));
        if (run.FinishedAt is not null || OwnerOf(cluster, run) is not { } first || !await FreezeWhileItTrains(cluster, first, id))
        {
            return; // it ended too soon: no try
        }

        var frozen = Stopwatch.GetTimestamp();
        run = await Until(cluster, id, other => other.Token > run.Token);
        var time = Stopwatch.GetElapsedTime(frozen);
        if (OwnerOf(cluster, run) is not { } second || !await FreezeWhileItTrains(cluster, second, id))
        {
            first.Process.Thaw();
            return;
        }

        var before = AllOf(cluster.Database, id);
        first.Process.Thaw();
        await Task.Delay(Watched);
        var after = AllOf(cluster.Database, id);
        if (cluster.Database.Run(id).Token == run.Token) // else the second one's lease was over too, and somebody rightly took the run
        {
            takenOver.Add(time);
            if (after != before)
            {
                witness.SawStaleWrite(id, $"changed from {before} to {after} while only a worker that had lost it was awake");
            }
        }

        second.Process.Thaw();
        await Until(cluster, id, run => run.FinishedAt is not null);
    }

    /// <summary>Between transactions: a process that stands still within one keeps its locks, and nobody could look at what is behind them.</summary>
    /// <returns>False when the run ended meanwhile; the process then goes on.</returns>
    private static async Task<bool> FreezeWhileItTrains(Cluster cluster, Node node, long id)
    {
        for (node.Process.Freeze(); IsWithinTransaction(cluster.Database, node); node.Process.Freeze())
        {
            node.Process.Thaw();
            await Task.Delay(10);
        }

        if (cluster.Database.Run(id).Trains)
        {
            return true;
        }

        node.Process.Thaw();
        return false;
    }

    private static bool IsWithinTransaction(OutsideDatabase database, Node node)
    {
        Thread.Sleep(20); // what was sent before it froze is carried out
        return database.Ask($"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{node.Name}' AND state <> 'idle'")[0] != "0";
    }

    private static Node? OwnerOf(Cluster cluster, RunRow run) =>
        cluster.Workers.SingleOrDefault(worker => run.Owner?.EndsWith($":{worker.Process.Id}", StringComparison.Ordinal) == true);

    private static string AllOf(OutsideDatabase database, long id) => $"{database.Run(id)}, " + string.Join(", ", database.Ask($"""
        SELECT 'epoch', count(*), max("Number") FROM "Epochs" WHERE "RunId" = {id}
        UNION ALL SELECT 'checkpoint', "Slot", "Epoch" FROM "Checkpoints" WHERE "RunId" = {id}
        UNION ALL SELECT 'model', count(*), 0 FROM "Models" WHERE "RunId" = {id}
        ORDER BY 1, 2
        """));

    private static async Task<RunRow> Until(Cluster cluster, long id, Func<RunRow, bool> condition)
    {
        for (var deadline = DateTime.UtcNow + WaitTimeout; DateTime.UtcNow < deadline; await Task.Delay(10))
        {
            if (cluster.Database.Run(id) is var run && condition(run))
            {
                return run;
            }
        }

        throw new TimeoutException($"Waited {WaitTimeout.TotalMinutes} minutes in vain; the run is {cluster.Database.Run(id)}.");
    }
}

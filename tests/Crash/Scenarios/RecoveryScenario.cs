using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Scenarios;

/// <summary>
/// One process that does everything is killed while it trains, and started again; nobody calls it before it trains. So this is the
/// service's own time, where the kill scenario's is that of a service which is posted to and asked for histories meanwhile.
/// </summary>
public static class RecoveryScenario
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest time that it is left alone.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(1);

    public static async Task<Report> Run(CrashOptions options, int times, CancellationToken cancellationToken = default)
    {
        using var workshop = new BuildFolder(options with { Provider = Provider.Sqlite });
        var kinds = RunKinds.ForEngine(options.Engine).Where(kind => kind.Lasts).ToList();
        var golden = await GoldenRuns.TrainAll(options.Service, kinds, workshop.Folder);
        using var cluster = workshop.NewCluster();
        await cluster.Start();
        var (witness, recoveries, starts, moments) = (new Witness(golden, RunKind.OfName), new Recoveries(), new List<TimeSpan>(), new Random(options.Seed));
        while (starts.Count < times)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await KeepBusy(cluster, kinds, witness);
            await Task.Delay(LongestLife * moments.NextDouble(), cancellationToken);
            cluster.Front.Process.Freeze();
            recoveries.Interrupted(cluster.Database.Active().Where(run => run.Trains));
            cluster.Front.Kill();

            await cluster.Start();
            recoveries.Restarted();
            starts.Add(cluster.Front.Process.StartTime);
            await Until(cluster, active =>
            {
                recoveries.Look(active);
                return recoveries.AllTrain;
            });
            options.Progress($"{starts.Count} of {times} kills, the last took {Report.Text(recoveries.Times[^1])}");
        }

        await Until(cluster, active => active.Count == 0);
        var all = cluster.Database.All();
        await new Watcher(cluster, witness, recoveries).LookAtAllHistories(all);
        witness.SawAllAtTheEnd(all);
        await Integrity.Check(cluster, witness);
        return new(
        [
            ("kills", Report.Text(times)),
            ("runs that were interrupted", Report.Text(recoveries.Times.Count)),
            ("process start, median", Report.Quantile(starts, 0.5)),
            ("recovery, median", Report.Quantile(recoveries.Times, 0.5)),
            ("recovery, 95 %", Report.Quantile(recoveries.Times, 0.95)),
        ], workshop.Keep(witness.Findings));
    }

    /// <summary>One run of each kind trains.</summary>
    private static async Task KeepBusy(Cluster cluster, IReadOnlyList<RunKind> kinds, Witness witness)
    {
        var active = cluster.Database.Active();
        foreach (var kind in kinds.Where(kind => !active.Exists(run => RunKind.OfName(run.Name) == kind.Name)))
        {
            var name = kind.NameOf(witness.AcceptedRuns + 1);
            witness.SawAccepted(await cluster.Front.Http!.PostRun(kind, name, key: name), name);
        }

        await Until(cluster, runs => runs.TrueForAll(run => run.Trains && run.LastEpoch is not null));
    }

    private static async Task Until(Cluster cluster, Func<List<RunRow>, bool> condition)
    {
        for (var deadline = DateTime.UtcNow + WaitTimeout; !condition(cluster.Database.Active()); await Task.Delay(Pause))
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new TimeoutException($"Waited {WaitTimeout.TotalMinutes} minutes in vain; the runs are {string.Join(", ", cluster.Database.Active())}.");
            }
        }
    }
}

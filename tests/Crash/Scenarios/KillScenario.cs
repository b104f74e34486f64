using System.Diagnostics;
using Velodrome.Crash.Kills;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Scenarios;

/// <summary>Processes are killed at random moments and at every failpoint while runs are posted, cancelled and continued.</summary>
public static class KillScenario
{
    public static async Task<Report> Run(CrashOptions options, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        using var workshop = new BuildFolder(options);
        var kinds = RunKinds.ForEngine(options.Engine);
        var golden = await GoldenRuns.TrainAll(options.Service, kinds, workshop.Folder);
        using var cluster = workshop.NewCluster();
        using var stand = new TestBed(cluster, golden, kinds, options.Seed);
        var executioner = new KillRunner(cluster, stand.Witness, stand.Watcher, stand.Recoveries, stand.Traffic);

        await executioner.KillAtFirstStart(KillPlan.OfFirstStart(options.Operations));
        await cluster.Start();
        stand.Open();
        foreach (var kill in KillPlan.Create(cluster, options.Kills, options.Operations, new Random(options.Seed)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await executioner.CarryOut(kill);
            options.Progress($"{executioner.RandomKills} of {options.Kills} random kills, {executioner.FailpointKills} at failpoints, " +
                $"{stand.Witness.AcceptedRuns} runs, {Report.Summary(stand.Witness.Findings)}, {Report.Text(Stopwatch.GetElapsedTime(start))}");
        }

        await stand.Close();
        return new(
        [
            ("kills", Report.Text(executioner.RandomKills + executioner.FailpointKills)),
            ("at random moments", Report.Text(executioner.RandomKills)),
            ("at failpoints", Report.Text(executioner.FailpointKills)),
            .. stand.Figures,
            ("recovery, median", Report.Quantile(stand.Recoveries.Times, 0.5)),
            ("recovery, 95 %", Report.Quantile(stand.Recoveries.Times, 0.95)),
            ("time", Report.Text(Stopwatch.GetElapsedTime(start))),
        ], workshop.Keep(stand.Witness.Findings));
    }
}

using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Failpoints;
using Velodrome.Processes;

namespace Velodrome.Crash.Kills;

/// <summary>Kills processes as planned and starts them again.</summary>
/// <remarks>
/// The service fails a run that was claimed three times in a row without committing an epoch in between (crashLoop). No such run may
/// occur here. Therefore no process is killed while any run has two such claims.
/// </remarks>
internal sealed class KillRunner(Cluster cluster, Checker checker, Watcher watcher, RecoveryTimer recovery, Workload workload)
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest delay before a kill at a random moment.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(800);

    public int RandomKills { get; private set; }

    public int FailpointKills { get; private set; }

    /// <summary>Starts the API node once for each failpoint, on a database that is empty at the first start.</summary>
    public async Task KillAtFirstStart(IEnumerable<Failpoint> failpoints)
    {
        foreach (var failpoint in failpoints)
        {
            cluster.ApiNode.Start(failpoint);
            await WaitForKillAt(cluster.ApiNode, failpoint);
        }
    }

    public async Task Execute(PlannedKill kill)
    {
        var node = cluster.Nodes[kill.NodeIndex];
        await EnsureListening(node);
        if (cluster.Provider == Provider.Sqlite)
        {
            await WaitUntil(
                () => (recovery.AllRecovered && watcher.ActiveRuns.Count > 0) || node.Process.HasExited,
                "all interrupted runs have recovered and a run is active");
        }

        await Task.Delay(MaxDelay * kill.Delay);
        await KillBetweenClaims(node);
        if (kill.Failpoint is { } failpoint)
        {
            await KillAtFailpoint(node, failpoint);
        }
        else if (kill.StartupKill is { } fraction)
        {
            var usualStartupTime = node.Process.StartupTime;
            node.Start();
            await Task.Delay(usualStartupTime * (1.3 * fraction));
            node.Kill();
            RandomKills++;
        }

        node.Start();
        if (cluster.Provider == Provider.Sqlite)
        {
            await EnsureListening(node);
            recovery.RestartClock();
        }
    }

    private async Task KillAtFailpoint(Node node, Failpoint failpoint)
    {
        for (var killed = false; !killed;)
        {
            node.Start(failpoint);
            workload.WantedOperation = failpoint.Operation;
            if (failpoint.Operation == "release")
            {
                await node.WaitUntilListening();
                await WaitUntil(() => node.Process.HasExited || IsTraining(node), "a run trains that can be released");
                node.Process.Terminate();
            }

            // The run may have ended just before it could be released. The process then exits normally, and the next one tries again.
            killed = await WaitForKillAt(node, failpoint, mayExit: failpoint.Operation == "release");
            workload.WantedOperation = null;
        }
    }

    /// <returns>False if the process exited normally, which <paramref name="mayExit"/> allows.</returns>
    private async Task<bool> WaitForKillAt(Node node, Failpoint failpoint, bool mayExit = false)
    {
        await node.WaitUntilListening(); // returns as well if the process dies first
        if (!await node.Process.WaitForExit(WaitTimeout))
        {
            checker.AddFinding(FindingKind.Broken, $"{failpoint} was not reached within {WaitTimeout.TotalMinutes} minutes");
            node.Kill();
            return true;
        }

        if (mayExit && node.Process.ExitCode == 0)
        {
            return false;
        }

        if (node.Process.ExitCode != ServiceProcess.SigkillExitCode)
        {
            checker.AddFinding(FindingKind.Broken, $"{node.Name} exited with {node.Process.ExitCode} instead of dying at {failpoint}");
        }

        FailpointKills++;
        return true;
    }

    private bool IsTraining(Node node) => watcher.ActiveRuns.Any(run => run.IsRunning && run.IsOwnedBy(node));

    private async Task EnsureListening(Node node)
    {
        if (!await node.WaitUntilListening())
        {
            AddUnexpectedExit(node);
            node.Start();
            await node.WaitUntilListening();
        }
    }

    /// <summary>Kills the process as soon as no run has two claims in a row without an epoch.</summary>
    /// <remarks>
    /// SQLite shows a commit a moment after it is durable. So a claim that was committed just then shows only once the process is dead. In
    /// that case, another process starts, and is killed when the run has an epoch.
    /// </remarks>
    private async Task KillBetweenClaims(Node node)
    {
        while (true)
        {
            var killed = false;
            await WaitUntil(() => killed = TryKill(node), "every run that was claimed twice in a row has committed an epoch");
            if (!killed)
            {
                node.Kill();
            }

            RandomKills++;
            if (!killed || !cluster.Database.ActiveRuns().Exists(run => run.Attempts > 1))
            {
                return;
            }

            node.Start();
            await EnsureListening(node);
        }
    }

    /// <summary>Pauses the process, reads the rows, and then either kills it or lets it continue.</summary>
    private bool TryKill(Node node)
    {
        if (node.Process.HasExited)
        {
            AddUnexpectedExit(node);
            return true;
        }

        node.Process.Pause();
        var active = cluster.Database.ActiveRuns();
        if (active.Exists(run => run.Attempts > 1))
        {
            node.Process.Resume();
            return false;
        }

        node.Kill();
        recovery.MarkInterrupted(active.Where(run => run.IsRunning && run.IsOwnedBy(node)));
        return true;
    }

    private void AddUnexpectedExit(Node node) =>
        checker.AddFinding(FindingKind.Broken, $"{node.Name} exited with {node.Process.ExitCode} without being killed");

    private async Task WaitUntil(Func<bool> condition, string description)
    {
        for (var deadline = DateTime.UtcNow + WaitTimeout; !condition(); await Task.Delay(PollInterval))
        {
            if (DateTime.UtcNow > deadline)
            {
                checker.AddFinding(FindingKind.Broken, $"waited {WaitTimeout.TotalMinutes} minutes in vain until {description}");
                return;
            }
        }
    }
}

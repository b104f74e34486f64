using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;
using Velodrome.Failpoints;

namespace Velodrome.Crash.Kills;

/// <summary>Carries a plan out, and starts whoever was killed again.</summary>
/// <remarks>
/// Three claims of a run in a row without one epoch between them make it fail, as is documented. So nobody is killed, or started to
/// be killed, before every run that was claimed twice has trained on.
/// </remarks>
internal sealed class KillRunner(Cluster cluster, Witness witness, Watcher watcher, Recoveries recoveries, Traffic traffic)
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(90);

    /// <summary>The longest time that a process is left alone.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(800);

    public int RandomKills { get; private set; }

    public int FailpointKills { get; private set; }

    /// <summary>The first process of all dies at each failpoint that needs an empty database, one life after the other.</summary>
    public async Task KillAtFirstStart(IEnumerable<Failpoint> failpoints)
    {
        foreach (var failpoint in failpoints)
        {
            cluster.Front.Start(failpoint);
            await DieAt(cluster.Front, failpoint);
        }
    }

    public async Task CarryOut(PlannedKill kill)
    {
        var node = cluster.Nodes[kill.Node];
        await Alive(node);
        if (cluster.Provider == Provider.Sqlite)
        {
            await Until(() => (recoveries.AllTrain && watcher.Active.Count > 0) || node.Process.HasExited, "the runs of a killed process train again, and there is work");
        }

        await Task.Delay(LongestLife * kill.Moment);
        await Kill(node);
        if (kill.Next is { } failpoint)
        {
            await StartTowards(node, failpoint);
        }
        else if (kill.Early is { } share)
        {
            var typical = node.Process.StartTime;
            node.Start();
            await Task.Delay(typical * (1.3 * share));
            node.Kill();
            RandomKills++;
        }

        node.Start();
        if (cluster.Provider == Provider.Sqlite)
        {
            await Alive(node);
            recoveries.Restarted();
        }
    }

    private async Task StartTowards(Node node, Failpoint failpoint)
    {
        for (var hit = false; !hit;)
        {
            node.Start(failpoint);
            traffic.Wanted = failpoint.Operation;
            if (failpoint.Operation == "release")
            {
                await node.Listening();
                await Until(() => node.Process.HasExited || Trains(node), "a run is trained that can be released");
                node.Process.Terminate();
            }

            hit = await DieAt(node, failpoint, mayEnd: failpoint.Operation == "release"); // a run may have ended just before
            traffic.Wanted = null;
        }
    }

    /// <returns>False when it ended in order.</returns>
    private async Task<bool> DieAt(Node node, Failpoint failpoint, bool mayEnd = false)
    {
        await node.Listening(); // or dead before that
        if (!await node.Process.Ended(WaitTimeout))
        {
            witness.Saw(Fault.Broken, $"{failpoint} was not reached in {WaitTimeout.TotalSeconds} seconds");
            node.Kill();
            return true;
        }

        if (mayEnd && node.Process.ExitCode == 0)
        {
            return false;
        }

        if (node.Process.ExitCode != ServiceProcess.Killed)
        {
            witness.Saw(Fault.Broken, $"{node.Name} was to be killed at {failpoint}, and ended by itself with {node.Process.ExitCode}");
        }

        FailpointKills++;
        return true;
    }

    private bool Trains(Node node) => watcher.Active.Any(run => run.Trains && OwnedBy(run, node));

    private static bool OwnedBy(RunRow run, Node node) => run.Owner?.EndsWith($":{node.Process.Id}", StringComparison.Ordinal) == true;

    private async Task Alive(Node node)
    {
        if (!await node.Listening())
        {
            witness.Saw(Fault.Broken, $"{node.Name} ended by itself with {node.Process.ExitCode}");
            node.Start();
            await node.Listening();
        }
    }

    /// <summary>Freezes it, looks, and kills it if no run would be killed three times without progress; else lets it go on for a while.</summary>
    private async Task Kill(Node node)
    {
        var dead = false;
        await Until(() => dead = KillIfAllowed(node), "every run that was claimed twice in a row has trained on");
        if (!dead)
        {
            node.Kill();
        }

        RandomKills++;
    }

    private bool KillIfAllowed(Node node)
    {
        if (node.Process.HasExited)
        {
            witness.Saw(Fault.Broken, $"{node.Name} ended by itself with {node.Process.ExitCode}");
            return true;
        }

        node.Process.Freeze();
        var active = cluster.Database.Active();
        if (active.Exists(run => run.Attempts > 1))
        {
            node.Process.Thaw();
            return false;
        }

        node.Kill();
        recoveries.Interrupted(active.Where(run => run.Trains && OwnedBy(run, node)));
        return true;
    }

    private async Task Until(Func<bool> condition, string what)
    {
        for (var deadline = DateTime.UtcNow + WaitTimeout; !condition(); await Task.Delay(20))
        {
            if (DateTime.UtcNow > deadline)
            {
                witness.Saw(Fault.Broken, $"waited {WaitTimeout.TotalSeconds} seconds in vain until {what}");
                return;
            }
        }
    }
}

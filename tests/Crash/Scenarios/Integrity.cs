using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Scenarios;

/// <summary>The database itself, once the service has ended in order.</summary>
internal static class Integrity
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(30);

    public static async Task Check(Cluster cluster, Witness witness)
    {
        foreach (var node in cluster.Nodes)
        {
            node.Process.Terminate();
        }

        foreach (var node in cluster.Nodes)
        {
            if (!await node.Process.Ended(WaitTimeout) || node.Process.ExitCode != 0)
            {
                witness.Saw(Fault.Broken, $"{node.Name} did not end in order when asked to");
            }
        }

        if (cluster.Provider == Provider.Sqlite)
        {
            var answer = string.Join("; ", cluster.Database.Ask("PRAGMA integrity_check").Concat(cluster.Database.Ask("PRAGMA foreign_key_check")));
            if (answer != "ok")
            {
                witness.Saw(Fault.Broken, $"PRAGMA integrity_check: {answer}");
            }
        }
    }
}

using Velodrome.Crash.Checks;
using Velodrome.Processes;

namespace Velodrome.Crash.Scenarios;

/// <summary>Shuts the service down and checks that its database is intact.</summary>
internal static class IntegrityCheck
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    public static async Task Run(Cluster cluster, Checker checker)
    {
        foreach (var node in cluster.Nodes)
        {
            node.Process.Terminate();
        }

        foreach (var node in cluster.Nodes)
        {
            if (!await node.Process.WaitForExit(ShutdownTimeout) || node.Process.ExitCode != 0)
            {
                checker.AddFinding(FindingKind.Broken, $"{node.Name} did not shut down normally after SIGTERM");
            }
        }

        if (cluster.Provider == Provider.Sqlite)
        {
            var database = cluster.Database;
            var result = string.Join("; ", database.Query("PRAGMA integrity_check").Concat(database.Query("PRAGMA foreign_key_check")));
            if (result != "ok")
            {
                checker.AddFinding(FindingKind.Broken, $"PRAGMA integrity_check: {result}");
            }
        }
    }
}

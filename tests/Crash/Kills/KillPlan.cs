using Velodrome.Failpoints;
using Velodrome.Processes;

namespace Velodrome.Crash.Kills;

/// <summary>A kill of a node's process at a random moment, and optionally a second kill of the process that is started next.</summary>
/// <param name="NodeIndex">The node, by its place in <see cref="Cluster.Nodes"/>.</param>
/// <param name="Delay">The delay before the first kill, as a fraction of the longest delay.</param>
/// <param name="StartupKill">When to kill the next process during its startup, as a fraction of the usual startup time, or null.</param>
/// <param name="Failpoint">Where the next process kills itself, or null.</param>
internal sealed record PlannedKill(int NodeIndex, double Delay, double? StartupKill = null, Failpoint? Failpoint = null)
{
    /// <summary>The number of kills at random moments, which includes one during startup.</summary>
    public int RandomKills => StartupKill is null ? 1 : 2;
}

/// <summary>Decides from the seed which process is killed when.</summary>
internal static class KillPlan
{
    /// <summary>The fraction of new processes that are killed again during startup.</summary>
    private const double StartupKillFraction = 0.15;

    /// <summary>The operations of the first start on an empty database, in their order.</summary>
    private static readonly string[] FirstStartOperations = ["migrate", "importDataset"];

    /// <summary>The operations that the API node commits. The workers commit the others.</summary>
    private static readonly string[] ApiOperations =
        ["submit", "cancel", "continue", "deleteRun", "deleteDataset", "appendRows", .. Operations.OfKeys];

    /// <summary>The failpoints of the first start on an empty database, in the order in which it reaches them.</summary>
    public static IEnumerable<Failpoint> ForFirstStart(IReadOnlyList<string> operations) =>
        FirstStartOperations.Where(operations.Contains).SelectMany(BothSides);

    /// <summary>Plans the kills at random moments, and one process that dies at each failpoint of the operations.</summary>
    /// <param name="cluster">Provides the nodes.</param>
    /// <param name="kills">The number of kills at random moments. There is at least one before each failpoint.</param>
    /// <param name="operations">The operations whose failpoints are used. Those of the first start are left out.</param>
    /// <param name="random">Makes all choices.</param>
    public static List<PlannedKill> Create(Cluster cluster, int kills, IReadOnlyList<string> operations, Random random)
    {
        var failpoints = new Queue<Failpoint>(ForRunningService(cluster.Provider, operations, random));
        var plan = new List<PlannedKill>();
        for (var left = Math.Max(kills, failpoints.Count); left > 0; left -= plan[^1].RandomKills)
        {
            if (failpoints.Count > 0 && random.Next(left) < failpoints.Count)
            {
                var failpoint = failpoints.Dequeue();
                plan.Add(new(NodeFor(failpoint.Operation), random.NextDouble(), Failpoint: failpoint));
            }
            else
            {
                var (node, delay) = (random.Next(cluster.Nodes.Count), random.NextDouble());
                var killsDuringStartup = left > failpoints.Count + 1 && random.NextDouble() < StartupKillFraction;
                plan.Add(new(node, delay, killsDuringStartup ? random.NextDouble() : null));
            }
        }

        return plan;

        int NodeFor(string operation) =>
            cluster.Provider == Provider.Sqlite || ApiOperations.Contains(operation) ? 0 : random.Next(1, cluster.Nodes.Count);
    }

    private static Failpoint[] ForRunningService(Provider provider, IReadOnlyList<string> operations, Random random)
    {
        // On PostgreSQL no process releases the leases of others: workers wait until they expire.
        var failpoints = operations
            .Except(FirstStartOperations)
            .Where(operation => operation != "releaseAllLeases" || provider == Provider.Sqlite)
            .SelectMany(BothSides)
            .ToArray();
        random.Shuffle(failpoints);
        return failpoints;
    }

    /// <remarks>
    /// A process dies at the second run that it accepts. The response to the first may be so slow that a response before the commit
    /// would go unnoticed.
    /// </remarks>
    private static IEnumerable<Failpoint> BothSides(string operation) =>
        Enum.GetValues<Side>().Select(side => new Failpoint(operation, side, Occurrence: operation == "submit" ? 2 : 1));
}

using Velodrome.Crash.Service;
using Velodrome.Failpoints;

namespace Velodrome.Crash.Kills;

/// <summary>One kill at a random moment, and what becomes of the process that is started next.</summary>
/// <param name="Node">Which of the nodes.</param>
/// <param name="Moment">How long it is left alone first, as a share of the longest time.</param>
/// <param name="Early">Where the next process is killed while it starts, as a share of the time that takes; null for nowhere.</param>
/// <param name="Next">Where the next process kills itself; null for nowhere.</param>
internal sealed record PlannedKill(int Node, double Moment, double? Early = null, Failpoint? Next = null)
{
    /// <summary>At random moments.</summary>
    public int Kills => Early is null ? 1 : 2;
}

/// <summary>When whom is killed: a function of the seed.</summary>
internal static class KillPlan
{
    /// <summary>A share of the next processes is killed again before they are of any use.</summary>
    private const double EarlyShare = 0.15;

    private static readonly string[] OnEmptyDatabase = ["migrate", "import"];

    /// <summary>What the process that answers HTTP commits; the rest is the workers'.</summary>
    private static readonly string[] OfFront = ["accept", "cancel", "continue", "deleteRun", "deleteDataset"];

    /// <summary>In the order in which an empty database can meet them.</summary>
    public static IEnumerable<Failpoint> OfFirstStart(IReadOnlyList<string> operations) => OnEmptyDatabase.Where(operations.Contains).SelectMany(BothSides);

    /// <param name="cluster">Whom to kill.</param>
    /// <param name="kills">At random moments, and at least as many as there are failpoints: each is where the next process dies.</param>
    /// <param name="operations">Whose failpoints, but for those of the first start, come once each.</param>
    /// <param name="random">Decides.</param>
    public static List<PlannedKill> Create(Cluster cluster, int kills, IReadOnlyList<string> operations, Random random)
    {
        var failpoints = new Queue<Failpoint>(OfRunningService(cluster.Provider, operations, random));
        var plan = new List<PlannedKill>();
        for (var left = Math.Max(kills, failpoints.Count); left > 0; left -= plan[^1].Kills)
        {
            plan.Add(failpoints.TryPeek(out var next) && random.Next(left) < failpoints.Count
                ? new(NodeFor(failpoints.Dequeue().Operation), random.NextDouble(), Next: next)
                : new(random.Next(cluster.Nodes.Count), random.NextDouble(), left > failpoints.Count + 1 && random.NextDouble() < EarlyShare ? random.NextDouble() : null));
        }

        return plan;

        int NodeFor(string operation) => cluster.Provider == Provider.Sqlite || OfFront.Contains(operation) ? 0 : random.Next(1, cluster.Nodes.Count);
    }

    private static Failpoint[] OfRunningService(Provider provider, IReadOnlyList<string> operations, Random random)
    {
        var failpoints = operations
            .Where(operation => !OnEmptyDatabase.Contains(operation) && (operation != "releaseLeases" || provider == Provider.Sqlite)) // workers that share a database wait for the lease
            .SelectMany(BothSides)
            .ToArray();
        random.Shuffle(failpoints);
        return failpoints;
    }

    /// <remarks>The second run that a process accepts, since the first may be answered too slowly to be answered too early.</remarks>
    private static IEnumerable<Failpoint> BothSides(string operation) =>
        Enum.GetValues<Side>().Select(side => new Failpoint(operation, side, operation == "accept" ? 2 : 1));
}

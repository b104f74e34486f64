using System.Text.RegularExpressions;

namespace Velodrome.Failpoints;

/// <summary>
/// What the service commits, told by what its statements do: nothing in the service has to name them. A statement that is
/// rewritten beyond recognition is noticed, since its failpoints are then never reached.
/// </summary>
public static class Operations
{
    private static readonly (string Name, Regex Statement)[] Known =
    [
        ("migrate", new("INSERT INTO \"__EFMigrationsHistory\"")),
        ("import", new("INSERT INTO \"Datasets\"")),
        ("releaseLeases", new("\"EnqueuedAt\" = NULL")),
        ("accept", new("INSERT INTO \"Runs\"")),
        ("continue", new("INSERT INTO \"Epochs\"[^;]*SELECT")),
        ("claim", new("\"Token\" = \\S+ \\+ 1")),
        ("renew", new("SET \"LeaseUntil\" = \\S+\\s+WHERE")),
        ("record", new("\"LastEpoch\" = ")),
        ("finish", new("INSERT INTO \"Models\"")),
        ("release", new("\"LeaseOwner\" = NULL")),
        ("cancel", new("SET \"CancelRequested\" = ")),
        ("deleteRun", new("DELETE FROM \"Runs\"")),
        ("deleteDataset", new("DELETE FROM \"Datasets\"")),
        ("markEnqueued", new("SET \"EnqueuedAt\" = ")),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(operation => operation.Name)];

    /// <summary>What a statement, or several in one text, belongs to.</summary>
    public static IEnumerable<string> Match(string statement) => Known.Where(operation => operation.Statement.IsMatch(statement)).Select(operation => operation.Name);
}

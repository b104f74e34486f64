using System.Text.RegularExpressions;

namespace Velodrome.Failpoints;

/// <summary>
/// The operations that the service commits. They are recognised by their SQL statements, so the service needs no code for failpoints.
/// If a statement changes so much that its pattern no longer matches, the crash harness reports that the failpoint was not reached.
/// </summary>
public static class Operations
{
    private static readonly (string Name, Regex Statement)[] All =
    [
        ("migrate", new("INSERT INTO \"__EFMigrationsHistory\"")),
        ("importDataset", new("SET \"ImportLeaseUntil\" = NULL(?![^;]*\"FirstVersionId\")")),
        ("appendRows", new("SET \"ImportLeaseUntil\" = NULL[^;]*\"FirstVersionId\" IS NOT NULL")),
        ("releaseAllLeases", new("\"EnqueuedAt\" = NULL")),
        ("submit", new("INSERT INTO \"Runs\"")),
        ("continue", new("INSERT INTO \"Epochs\"[^;]*SELECT")),
        ("claim", new("\"Token\" = \\S+ \\+ 1")),
        ("renew", new("SET \"LeaseUntil\" = \\S+\\s+WHERE")),
        ("record", new("\"LastEpoch\" = ")),
        ("storeChunk", new("INSERT INTO \"RunChunks\"")),
        ("deleteChunk", new("DELETE FROM \"RunChunks\"")),
        ("finish", new("INSERT INTO \"Models\"")),
        ("release", new("\"LeaseOwner\" = NULL")),
        ("cancel", new("SET \"CancelRequested\" = ")),
        ("deleteRun", new("DELETE FROM \"Runs\"")),
        ("deleteDataset", new("DELETE FROM \"Datasets\"")),
        ("createKey", new("INSERT INTO \"ApiKeys\"")),
        ("revokeKey", new("UPDATE \"ApiKeys\" SET \"RevokedAt\"")),
        ("markEnqueued", new("SET \"EnqueuedAt\" = ")),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(operation => operation.Name)];

    /// <summary>The operations that only a service with keys commits.</summary>
    public static IReadOnlyList<string> OfKeys { get; } = ["createKey", "revokeKey"];

    /// <summary>The operations that a command belongs to. A command may consist of several statements.</summary>
    public static IEnumerable<string> Match(string command) =>
        All.Where(operation => operation.Statement.IsMatch(command)).Select(operation => operation.Name);
}

namespace Velodrome.Data.Runs;

/// <summary>
/// The name of this process among all that share a database and a queue: the owner of its leases, and the name of its workers
/// in Hangfire.
/// </summary>
public sealed class WorkerName
{
    /// <summary>Machine name, random part and process id. The random part is needed because containers often share the other two.</summary>
    public string Value { get; } =
        $"{Environment.MachineName}:{Guid.NewGuid().ToString("N")[..8]}:{Environment.ProcessId}".ToLowerInvariant();
}

namespace Velodrome.Api.Worker;

/// <summary>What this host's workers are called among all that share the queue.</summary>
internal sealed class WorkerName
{
    public string Value { get; } = $"{Environment.MachineName}:{Guid.NewGuid().ToString("N")[..8]}".ToLowerInvariant();

    /// <summary>Whether this is what Hangfire made of our name, to which it adds.</summary>
    public bool IsOf(string server) => server.StartsWith(Value, StringComparison.Ordinal);
}

using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;

namespace Velodrome.Crash;

/// <summary>What is killed, how often and how.</summary>
public sealed record CrashOptions
{
    public Provider Provider { get; init; }

    /// <summary>At random moments; each failpoint once besides.</summary>
    public int Kills { get; init; } = 100;

    /// <summary>The operations whose failpoints are tried; all of them by default.</summary>
    public IReadOnlyList<string> Operations { get; init; } = Failpoints.Operations.Names;

    /// <summary>Processes that train, on PostgreSQL.</summary>
    public int Workers { get; init; } = 3;

    /// <summary>Of the random moments and of what is posted; the operating system's scheduling adds its own.</summary>
    public int Seed { get; init; } = 1;

    public EngineChoice Engine { get; init; }

    public ServiceBuild Service { get; init; } = ServiceBuild.Beside;

    /// <summary>Where a line of progress goes.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

using Velodrome.Crash.Requests;
using Velodrome.Processes;

namespace Velodrome.Crash;

/// <summary>The options that the scenarios share.</summary>
public sealed record CrashOptions
{
    public Provider Provider { get; init; }

    /// <summary>The number of kills at random moments. In addition, a process dies at each failpoint once.</summary>
    public int Kills { get; init; } = 100;

    /// <summary>Whether the service has keys. All clients then send one, and the workload makes and revokes others.</summary>
    public bool Keys { get; init; }

    /// <summary>
    /// The operations whose failpoints are used. The default is all of them; operations on keys need <see cref="Keys"/>.
    /// </summary>
    public IReadOnlyList<string> Operations { get; init; } = Failpoints.Operations.Names;

    /// <summary>The number of processes that train on PostgreSQL.</summary>
    public int Workers { get; init; } = 3;

    /// <summary>Chooses the moments and the requests. The operating system's scheduling still varies between two executions.</summary>
    public int Seed { get; init; } = 1;

    public EngineChoice Engine { get; init; }

    public ServiceBuild Service { get; init; } = ServiceBuild.Default;

    /// <summary>Receives one line of progress at a time.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

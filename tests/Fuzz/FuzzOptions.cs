using Velodrome.Processes;

namespace Velodrome.Fuzz;

/// <summary>What is sent, to which service, and for how long.</summary>
public sealed record FuzzOptions
{
    public Provider Provider { get; init; }

    /// <summary>The number of requests to send.</summary>
    public long Requests { get; init; } = 10_000;

    /// <summary>The harness stops after this time even if fewer requests were sent.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Chooses every request. The answers to earlier requests and their order still vary between two runs.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number of connections that send at the same time.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>Whether the service has keys. Without keys everyone may do everything.</summary>
    public bool Keys { get; init; } = true;

    public ServiceBuild Service { get; init; } = ServiceBuild.Default;

    /// <summary>Receives one line of progress at a time.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

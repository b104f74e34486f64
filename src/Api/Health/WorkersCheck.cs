using Hangfire;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Api.Worker;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Health;

/// <summary>
/// Somebody takes runs from the queue. A process that trains must have workers of its own; one that only answers HTTP goes on
/// taking requests without, since runs wait in the database.
/// </summary>
internal sealed class WorkersCheck(JobStorage queue, IOptions<VelodromeSettings> settings, WorkerName name, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Silence = WorkerTiming.WorkersSilenceLimit;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.Run(Check, cancellationToken).WaitAsync(cancellationToken); // Hangfire asks its database synchronously

    private HealthCheckResult Check()
    {
        var servers = queue.GetMonitoringApi().Servers().Where(server => time.GetUtcNow().UtcDateTime - (server.Heartbeat ?? server.StartedAt) < Silence).ToList();
        var (workers, here) = (servers.Sum(server => server.WorkersCount), servers.Exists(server => server.Name.StartsWith(name.Value, StringComparison.Ordinal)));
        return (settings.Value.Role, workers, here) switch
        {
            (Role.Api, 0, _) => HealthCheckResult.Degraded("No worker is alive: runs are accepted and wait."),
            (not Role.Api, _, false) => HealthCheckResult.Unhealthy($"The workers of this process have not been heard of for {Silence.TotalSeconds} seconds."),
            _ => HealthCheckResult.Healthy($"{workers} workers in {servers.Count} processes."),
        };
    }
}

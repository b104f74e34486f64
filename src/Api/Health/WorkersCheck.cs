using Hangfire;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Api.Worker;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Health;

/// <summary>
/// Unhealthy if this process is to train runs and its workers do not report. Degraded if a run is stalled, or if this process only
/// serves requests and no worker is alive: runs are still accepted, and wait in the database.
/// </summary>
internal sealed class WorkersCheck(
    JobStorage queue, IOptions<VelodromeSettings> settings, WorkerName name, StallMonitor stalls, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.Run(Check, cancellationToken).WaitAsync(cancellationToken); // Hangfire queries its storage synchronously

    private HealthCheckResult Check()
    {
        var oldest = time.GetUtcNow().UtcDateTime - WorkerTiming.WorkersSilenceLimit;
        var alive = queue.GetMonitoringApi().Servers().Where(server => (server.Heartbeat ?? server.StartedAt) > oldest).ToList();
        var workers = alive.Sum(server => server.WorkersCount);
        var isTraining = alive.Exists(server => server.Name.StartsWith(name.Value, StringComparison.Ordinal)); // Hangfire appends an id
        var stalled = stalls.Stalled;
        return (settings.Value.Role, workers, isTraining) switch
        {
            (Role.Api, 0, _) => HealthCheckResult.Degraded("No worker is alive. Runs are accepted, and wait until a worker starts."),
            (not Role.Api, _, false) => HealthCheckResult.Unhealthy(
                $"The workers of this process have not reported for {WorkerTiming.WorkersSilenceLimit.TotalSeconds} seconds."),
            _ when stalled.Count > 0 => HealthCheckResult.Degraded(Describe(stalled)),
            _ => HealthCheckResult.Healthy($"Workers: {workers}; processes with workers: {alive.Count}."),
        };
    }

    private static string Describe(IReadOnlyList<StalledRun> stalled)
    {
        var runs = stalled.Select(run =>
            $"Run {run.Id} has finished no epoch for {run.Silence.TotalMinutes:F0} minutes " +
            $"(last epoch: {run.LastEpoch?.ToString() ?? "none"}).");
        return $"{string.Join(' ', runs)} Restart this process to resume from the last checkpoint.";
    }
}

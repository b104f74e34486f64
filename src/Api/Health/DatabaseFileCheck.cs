using Microsoft.Extensions.Diagnostics.HealthChecks;
using Velodrome.Data.Sqlite;

namespace Velodrome.Api.Health;

/// <summary>Unhealthy if the SQLite file was deleted, moved or replaced while the service runs. Says how the data are saved.</summary>
internal sealed class DatabaseFileCheck(SqliteFileGuard guard) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(guard.Problem is { } problem
            ? HealthCheckResult.Unhealthy(problem)
            : HealthCheckResult.Healthy("The database file is in its place."));
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Velodrome.Data;

namespace Velodrome.Api.Health;

/// <summary>The database has the tables that this build of the service knows.</summary>
internal sealed class MigrationsCheck(IDbContextFactory<TrainingDbContext> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var pending = (await database.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        return pending.Count == 0
            ? HealthCheckResult.Healthy("All migrations are applied.")
            : HealthCheckResult.Unhealthy($"These migrations are missing: {string.Join(", ", pending)}. Restart the service, which applies them.");
    }
}

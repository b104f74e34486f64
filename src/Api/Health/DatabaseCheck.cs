using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Velodrome.Data;

namespace Velodrome.Api.Health;

/// <summary>Healthy if a query on one of the service's tables succeeds.</summary>
internal sealed class DatabaseCheck(IDbContextFactory<TrainingDbContext> contexts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await database.Datasets.AnyAsync(cancellationToken);
        return HealthCheckResult.Healthy("The database responds.");
    }
}

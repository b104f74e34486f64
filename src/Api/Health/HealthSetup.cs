using Velodrome.Api.Settings;

namespace Velodrome.Api.Health;

/// <summary>
/// Sets up two probes: /health/live returns 200 while the process is alive; /health/ready returns 200 while it can do its work, and
/// otherwise 503 with the reasons. Probes need no key; a caller who may not read gets only the status.
/// </summary>
internal static class HealthSetup
{
    /// <summary>The timeout of a check, after which it fails.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddHealth(this IServiceCollection services, VelodromeSettings settings)
    {
        var checks = services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", timeout: CheckTimeout)
            .AddCheck<MigrationsCheck>("migrations", timeout: CheckTimeout)
            .AddCheck<WorkersCheck>("workers", timeout: CheckTimeout);
        if (settings.Database.Provider == DatabaseProvider.Sqlite)
        {
            checks.AddCheck<DatabaseFileCheck>("databaseFile");
        }

        if (settings.Role != Role.Worker)
        {
            checks.AddCheck<DiskSpaceCheck>("diskSpace"); // a worker writes no files
        }

        return services;
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = HealthResponse.Write }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = HealthResponse.Write }).AllowAnonymous();
    }
}

using Hangfire;
using Hangfire.InMemory;
using Velodrome.Api.Settings;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Worker;

/// <summary>Registers Hangfire. Its jobs contain only a run's id: the run's row is the source of truth.</summary>
internal static class HangfireSetup
{
    public static IServiceCollection AddQueue(this IServiceCollection services, VelodromeSettings settings)
    {
        // Hangfire itself would register these two from static variables. A second host in this process would overwrite them, and
        // its jobs would run here, on the wrong database.
        services.AddSingleton<JobStorage>(_ => settings.Database.Provider == DatabaseProvider.Postgres
            ? PostgresQueue.Open(settings.ConnectionStrings.Database!)
            : new InMemoryStorage());
        services.AddSingleton<JobActivator>(provider => new KnownJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddSingleton<StallMonitor>();
        services.AddSingleton<RunDispatcher>().AddHostedService(provider => provider.GetRequiredService<RunDispatcher>());
        services.AddHangfire(hangfire => hangfire
            .UseSimpleAssemblyNameTypeSerializer().UseTypeResolver(JobTypes.Resolve).UseRecommendedSerializerSettings()
            .UseFilter(new AutomaticRetryAttribute { Attempts = 0 })); // the default, 10, applies to jobs whose type can't be loaded
        if (settings.Role != Role.Api)
        {
            services.AddHangfireServer((provider, server) =>
            {
                server.ServerName = provider.GetRequiredService<WorkerName>().Value;
                server.Queues = [.. RunDispatcher.Queues];
                server.WorkerCount = settings.Workers;
                server.ShutdownTimeout = WorkerTiming.ShutdownTimeout;
                server.HeartbeatInterval = WorkerTiming.WorkersHeartbeatInterval;
            });
            services.AddHostedService<Reconciler>();
            services.AddHostedService(provider => provider.GetRequiredService<StallMonitor>());
        }

        return services;
    }
}

using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Worker;

/// <summary>Hangfire, which only rings: which runs there are, and how far, stands in the database.</summary>
internal static class HangfireSetup
{
    public static IServiceCollection AddQueue(this IServiceCollection services, VelodromeSettings settings)
    {
        // These two are registered here and not by Hangfire, which takes them from static variables that a second host in this
        // process would overwrite: its jobs would then be ours, and trained on our database.
        services.AddSingleton<JobStorage>(_ => settings.Database.Provider == DatabaseProvider.Postgres
            ? PostgresQueue.Open(settings.ConnectionStrings.Database!)
            : new InMemoryStorage());
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddSingleton<WorkerName>();
        services.AddSingleton<RunDispatcher>().AddHostedService(provider => provider.GetRequiredService<RunDispatcher>());
        services.AddHangfire(hangfire => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        if (settings.Role != Role.Api)
        {
            services.AddHangfireServer((provider, server) =>
            {
                server.ServerName = provider.GetRequiredService<WorkerName>().Value;
                server.Queues = [.. RunDispatcher.Queues];
                server.WorkerCount = settings.Workers;
                server.ShutdownTimeout = TimeSpan.FromSeconds(8);
                server.HeartbeatInterval = TimeSpan.FromSeconds(5);
            });
            services.AddHostedService<Reconciler>(); // where runs are trained: a bell needs somebody to hear it
        }

        return services;
    }
}

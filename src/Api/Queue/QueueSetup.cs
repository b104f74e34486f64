using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Hangfire.States;
using Velodrome.Api.Runs;
using Velodrome.Api.Settings;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Queue;

/// <summary>Hangfire, which only rings: which runs there are, and how far, stands in the database.</summary>
internal static class QueueSetup
{
    /// <summary>For runs whose worker is gone: what was begun goes on before anything begins, or it would wait behind all that wait.</summary>
    private const string Begun = "0-begun";

    /// <summary>The others, one for each priority. The names are in the order of service: PostgreSQL storage takes them by the alphabet.</summary>
    private static readonly string[] Waiting = ["1-high", "2-normal", "3-low"];

    public static IServiceCollection AddQueue(this IServiceCollection services, VelodromeSettings settings)
    {
        // These two are registered here and not by Hangfire, which takes them from static variables that a second host in this
        // process would overwrite: its jobs would then be ours, and trained on our database.
        services.AddSingleton<JobStorage>(_ => settings.Database.Provider == DatabaseProvider.Postgres
            ? PostgresQueue.Open(settings.ConnectionStrings.Database!)
            : new InMemoryStorage());
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddSingleton<WorkerName>();
        services.AddHangfire(hangfire => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        if (settings.Role != Role.Api)
        {
            services.AddHangfireServer((provider, server) =>
            {
                server.ServerName = provider.GetRequiredService<WorkerName>().Value;
                server.Queues = [Begun, .. Waiting];
                server.WorkerCount = settings.Workers;
                server.ShutdownTimeout = TimeSpan.FromSeconds(8);
                server.HeartbeatInterval = TimeSpan.FromSeconds(5);
            });
            services.AddHostedService<Reconciler>(); // where runs are trained: a bell needs somebody to hear it
        }

        return services;
    }

    /// <param name="jobs">Rings.</param>
    /// <param name="id">Of the run.</param>
    /// <param name="priority">Among those that wait.</param>
    /// <param name="begun">Some worker trained it already.</param>
    public static void EnqueueRun(this IBackgroundJobClient jobs, long id, RunPriority priority, bool begun = false) =>
        jobs.Create<TrainingJob>(job => job.Run(id, CancellationToken.None), new EnqueuedState(begun ? Begun : Waiting[RunPriority.High - priority]));
}

using Hangfire;
using Microsoft.Extensions.Options;
using Velodrome.Api.Runs;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Queue;

/// <summary>Hangfire, which only rings: which runs there are, and how far, stands in the database.</summary>
internal static class QueueSetup
{
    public static IServiceCollection AddQueue(this IServiceCollection services) => services
        .AddHangfire(hangfire => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings().UseInMemoryStorage())
        .AddHangfireServer((provider, server) =>
        {
            server.WorkerCount = provider.GetRequiredService<IOptions<VelodromeSettings>>().Value.Workers;
            server.ShutdownTimeout = TimeSpan.FromSeconds(8);
        })
        .AddHostedService<Reconciler>();

    public static void EnqueueRun(this IBackgroundJobClient jobs, long id) =>
        jobs.Enqueue<TrainingJob>(job => job.Run(id, CancellationToken.None));
}

using System.Diagnostics;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Settings;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>The steps of the start, in order, before the first request.</summary>
internal static partial class StartupSteps
{
    /// <summary>
    /// Lowers the priority of a process that only trains, so that processes that serve requests on the same machine are preferred.
    /// Call it early, because threads inherit the priority when they are created.
    /// </summary>
    public static void LowerWorkerPriority(this Role role)
    {
        if (role == Role.Worker)
        {
            using var process = Process.GetCurrentProcess();
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
    }

    /// <summary>Creates or upgrades the tables. On SQLite, also ends the leases of an earlier process.</summary>
    public static void UpgradeDatabase(this WebApplication app, VelodromeSettings settings)
    {
        using (var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext())
        {
            database.Upgrade(queue: () => app.Services.GetRequiredService<JobStorage>());
        }

        if (settings.Database.Provider == DatabaseProvider.Sqlite)
        {
            app.Services.GetRequiredService<RunStore>().ReleaseAllLeases(); // this process holds the lock of the data folder
        }
    }

    /// <summary>Logs the addresses and where the data is. The addresses are known only after the server has started to listen.</summary>
    public static void LogAddressesOnceStarted(this WebApplication app, VelodromeSettings settings) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var address in app.Urls)
            {
                LogListening(app.Logger, address, settings.Role == Role.Worker ? "/health/ready" : "");
            }

            if (settings.Role != Role.Api)
            {
                LogWorkers(app.Logger, settings.Workers, settings.EffectiveThreadsPerRun);
            }

            if (settings.Database.Provider == DatabaseProvider.Postgres)
            {
                LogPostgres(app.Logger, settings.Role);
            }
            else
            {
                LogDataFolder(app.Logger, app.Services.GetRequiredService<DataFolder>().FullPath);
            }
        });

    [LoggerMessage(1, LogLevel.Information, "Listening; open {Address}{Page}", EventName = "listening")]
    private static partial void LogListening(ILogger logger, string address, string page);

    [LoggerMessage(2, LogLevel.Information, "The data folder is {Folder}; press Ctrl-C to stop the service", EventName = "dataFolder")]
    private static partial void LogDataFolder(ILogger logger, string folder);

    [LoggerMessage(3, LogLevel.Information,
        "Data and queue are in PostgreSQL; the role of this process is {Role}; press Ctrl-C to stop it", EventName = "postgres")]
    private static partial void LogPostgres(ILogger logger, Role role);

    [LoggerMessage(4, LogLevel.Information, "This process trains up to {Workers} runs at the same time (threads per run: {Threads})",
        EventName = "workers")]
    private static partial void LogWorkers(ILogger logger, int workers, int threads);
}

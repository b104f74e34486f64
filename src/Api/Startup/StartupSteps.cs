using System.Diagnostics;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Velodrome.Api.Settings;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>What happens once, between building the service and its first request.</summary>
internal static partial class StartupSteps
{
    /// <summary>A process that only trains lets those that answer go first, where they share a machine. To be called early: threads inherit it.</summary>
    public static void LowerWorkerPriority(this Role role)
    {
        if (role == Role.Worker)
        {
            using var process = Process.GetCurrentProcess();
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
    }

    public static void UpgradeDatabase(this WebApplication app, VelodromeSettings settings)
    {
        using (var database = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext())
        {
            database.Upgrade(queue: () => app.Services.GetRequiredService<JobStorage>());
        }

        if (settings.Database.Provider == DatabaseProvider.Sqlite)
        {
            app.Services.GetRequiredService<DatabaseWriter>().ReleaseAllLeases(); // whoever worked on it is dead, or the folder would be locked
        }
    }

    /// <summary>Says where everything is; the addresses are known only once the server listens.</summary>
    public static void LogAddressesOnceStarted(this WebApplication app, VelodromeSettings settings) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        foreach (var address in app.Urls)
        {
            LogListening(app.Logger, address, settings.Role == Role.Worker ? "/health/ready" : "");
        }

        if (settings.Role != Role.Api)
        {
            LogWorkers(app.Logger, settings.Workers);
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

    [LoggerMessage(2, LogLevel.Information, "Data is in {Folder}; Ctrl-C stops the service", EventName = "dataFolder")]
    private static partial void LogDataFolder(ILogger logger, string folder);

    [LoggerMessage(3, LogLevel.Information, "Data and queue are in PostgreSQL, and this process is {Role}; Ctrl-C stops it", EventName = "postgres")]
    private static partial void LogPostgres(ILogger logger, Role role);

    [LoggerMessage(4, LogLevel.Information, "Trains {Workers} runs side by side", EventName = "workers")]
    private static partial void LogWorkers(ILogger logger, int workers);
}

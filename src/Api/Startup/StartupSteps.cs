using Microsoft.EntityFrameworkCore;
using Velodrome.Data;
using Velodrome.Data.Start;

namespace Velodrome.Api.Startup;

/// <summary>What happens once, between building the service and its first request.</summary>
internal static partial class StartupSteps
{
    public static void UpgradeDatabase(this WebApplication app)
    {
        using var context = app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>().CreateDbContext();
        context.Upgrade();
    }

    /// <summary>Says where everything is; the addresses are known only once the server listens.</summary>
    public static void AnnounceOnceStarted(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        foreach (var address in app.Urls)
        {
            LogListening(app.Logger, address);
        }

        LogDataFolder(app.Logger, app.Services.GetRequiredService<DataFolder>().FullPath);
    });

    [LoggerMessage(1, LogLevel.Information, "Swagger is at {Address}/swagger", EventName = "listening")]
    private static partial void LogListening(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Information, "Data is in {Folder}; Ctrl-C stops the service", EventName = "dataFolder")]
    private static partial void LogDataFolder(ILogger logger, string folder);
}

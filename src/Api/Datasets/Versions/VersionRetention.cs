using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Data.Datasets;

namespace Velodrome.Api.Datasets.Versions;

/// <summary>Periodically removes the versions of all datasets that are older than the setting KeepVersionsDays allows.</summary>
internal sealed partial class VersionRetention(
    DatasetStore store, IOptions<VelodromeSettings> settings, TimeProvider time, ILogger<VersionRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Removes the versions that are too old now.</summary>
    public Task<int> Remove() =>
        store.RemoveVersionsOfAll((time.GetUtcNow() - TimeSpan.FromDays(settings.Value.KeepVersionsDays)).ToUnixTimeMilliseconds());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Value.KeepVersionsDays == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                if (await Remove() is > 0 and var versions)
                {
                    LogRemoved(versions, settings.Value.KeepVersionsDays);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure); // the database may be back next time
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "Removed {Versions} versions of datasets that are older than {Days} days and that no run uses",
        EventName = "versionsRemoved")]
    private partial void LogRemoved(int versions, int days);

    [LoggerMessage(LogLevel.Error, "Old versions of datasets could not be removed; trying again in an hour", EventName = "retentionFailed")]
    private partial void LogFailed(Exception failure);
}

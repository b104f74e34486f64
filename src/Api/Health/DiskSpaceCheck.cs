using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Data.Start;

namespace Velodrome.Api.Health;

/// <summary>Unhealthy if the data folder's disk has less free space than MinFreeMegabytes.</summary>
internal sealed class DiskSpaceCheck(DataFolder folder, IOptions<VelodromeSettings> settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (free, required) = (new DriveInfo(folder.FullPath).AvailableFreeSpace >> 20, settings.Value.MinFreeMegabytes);
        return Task.FromResult(free >= required
            ? HealthCheckResult.Healthy($"{free} MiB are free.")
            : HealthCheckResult.Unhealthy($"Only {free} MiB are free in {folder.FullPath}, less than MinFreeMegabytes ({required})."));
    }
}

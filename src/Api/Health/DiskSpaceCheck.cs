using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;
using Velodrome.Data.Start;

namespace Velodrome.Api.Health;

/// <summary>There is room on the data folder's disk.</summary>
internal sealed class DiskSpaceCheck(DataFolder folder, IOptions<VelodromeSettings> settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (free, least) = (new DriveInfo(folder.FullPath).AvailableFreeSpace >> 20, settings.Value.MinFreeMegabytes);
        return Task.FromResult(free >= least
            ? HealthCheckResult.Healthy($"{free} MiB are free.")
            : HealthCheckResult.Unhealthy($"Only {free} MiB are free in {folder.FullPath}, less than MinFreeMegabytes ({least})."));
    }
}

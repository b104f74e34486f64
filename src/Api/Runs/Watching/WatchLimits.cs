using Microsoft.Extensions.Options;
using Velodrome.Api.Settings;

namespace Velodrome.Api.Runs.Watching;

/// <summary>The limits of this process on callers who keep their connection open.</summary>
internal sealed class WatchLimits(IOptions<VelodromeSettings> settings)
{
    public CallerLimit EventReaders { get; } =
        new(settings.Value.Quotas.EventReaders, "Quotas:EventReaders", "reading the events of runs");

    public CallerLimit WaitingCallers { get; } =
        new(settings.Value.Quotas.WaitingCallers, "Quotas:WaitingCallers", "waiting for their runs to end");
}

using Microsoft.Extensions.Logging;
using Velodrome.Api.Worker;

namespace Velodrome.Api.Tests.Worker;

public sealed class StallMonitorTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly LogCapture _log = new();
    private readonly StallMonitor _monitor;

    public StallMonitorTests() => _monitor = new(_time, new LoggerFactory([_log]).CreateLogger<StallMonitor>());

    [Theory]
    [InlineData(1, 600)] // ten times a short epoch is still less than ten minutes
    [InlineData(59, 600)]
    [InlineData(61, 610)]
    [InlineData(3600, 36000)]
    public void A_run_is_stalled_after_ten_times_its_longest_epoch_and_at_least_ten_minutes(int epochSeconds, int stalledAfter)
    {
        using var run = _monitor.Watch(7);
        run.EpochEnded(0);
        foreach (var (epoch, seconds) in new[] { (1, epochSeconds), (2, 1) })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            run.EpochEnded(epoch);
        }

        _time.Advance(TimeSpan.FromSeconds(stalledAfter - 1));
        Assert.Empty(_monitor.Stalled);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([new StalledRun(7, 2, TimeSpan.FromSeconds(stalledAfter))], _monitor.Stalled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // epoch 0 measures the untrained network, and says nothing about the time of an epoch
    public void The_first_epoch_may_take_an_hour(bool afterEpoch0)
    {
        using var run = _monitor.Watch(7);
        if (afterEpoch0)
        {
            run.EpochEnded(0);
        }

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(_monitor.Stalled);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(afterEpoch0 ? 0 : null, Assert.Single(_monitor.Stalled).LastEpoch);
    }

    [Fact]
    public void A_stall_is_logged_once_and_again_only_after_progress()
    {
        using var run = _monitor.Watch(7);
        foreach (var (hours, entries) in new[] { (2, 1), (3, 1) })
        {
            _time.Advance(TimeSpan.FromHours(hours));
            _monitor.LogNewStalls();
            Assert.Equal(entries, _log.Named("runStalled").Count);
        }

        var entry = Assert.Single(_log.Named("runStalled"));
        Assert.Contains("Run 7 has finished no epoch for 7200 s", entry.Message, StringComparison.Ordinal);

        run.EpochEnded(0);
        _monitor.LogNewStalls();
        Assert.Single(_log.Named("runStalled"));
        _time.Advance(TimeSpan.FromHours(1));
        _monitor.LogNewStalls();
        Assert.Equal(2, _log.Named("runStalled").Count);
    }

    [Fact]
    public void A_run_that_has_ended_is_not_stalled()
    {
        using (_monitor.Watch(7))
        {
            _time.Advance(TimeSpan.FromDays(1));
            Assert.Single(_monitor.Stalled);
        }

        Assert.Empty(_monitor.Stalled);
    }

    public void Dispose()
    {
        _monitor.Dispose();
        _log.Dispose();
    }
}

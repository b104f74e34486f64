using System.Collections.Concurrent;

namespace Velodrome.Api.Worker;

/// <summary>
/// Finds runs whose current epoch takes much longer than any of their earlier epochs. Their workers still renew the leases, so
/// nothing else would show that they hang. Logs each stall once; <c>/health/ready</c> reports it for as long as it lasts.
/// </summary>
internal sealed partial class StallMonitor(TimeProvider time, ILogger<StallMonitor> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<RunProgress, bool> _runs = [];

    /// <summary>The stalled runs of this process.</summary>
    public IReadOnlyList<StalledRun> Stalled =>
        [.. _runs.Keys.Select(run => run.FindStall()).OfType<StalledRun>().OrderBy(run => run.Id)];

    /// <summary>Watches a run until the returned object is disposed.</summary>
    public RunProgress Watch(long runId)
    {
        var progress = new RunProgress(runId, time, ended => _runs.TryRemove(ended, out _));
        _runs[progress] = true;
        return progress;
    }

    /// <summary>Logs the stalls that began since the last call.</summary>
    public void LogNewStalls()
    {
        foreach (var progress in _runs.Keys)
        {
            if (progress.FindStall() is { } run && progress.MarkReported())
            {
                LogStalled(run.Id, run.LastEpoch, run.Silence.TotalSeconds);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WorkerTiming.StallCheckInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            LogNewStalls();
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "Run {Id} has finished no epoch for {Seconds:F0} s (last epoch {Epoch}); restart this process to resume from the last checkpoint",
        EventName = "runStalled")]
    private partial void LogStalled(long id, int? epoch, double seconds);
}

/// <summary>A run that has finished no epoch for too long.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="LastEpoch">The last epoch that this process has trained; null for none.</param>
/// <param name="Silence">Time since that epoch, or since this process began with the run.</param>
internal sealed record StalledRun(long Id, int? LastEpoch, TimeSpan Silence);

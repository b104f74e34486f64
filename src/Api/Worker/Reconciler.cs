using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Worker;

/// <summary>
/// Has the bell rung for runs that nobody rings for: what an earlier process left, what was accepted just before a crash, and runs
/// whose worker has not been heard of for a lease's time. Ringing too often does no harm, since a run can be claimed only once.
/// </summary>
internal sealed partial class Reconciler(DatabaseWriter writer, RunDispatcher dispatcher, TimeProvider time, ILogger<Reconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A run that waits longer than this after it was rung for may have been forgotten.</summary>
    private static readonly TimeSpan ReenqueueAfter = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                foreach (var run in writer.MarkOverdueForEnqueue(time.GetUtcNow().ToUnixTimeMilliseconds(), (long)ReenqueueAfter.TotalMilliseconds))
                {
                    dispatcher.Enqueue(run);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure); // the database may be back at the next round
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "The runs that wait could not be looked through; trying again soon", EventName = "reconcileFailed")]
    private partial void LogFailed(Exception failure);
}

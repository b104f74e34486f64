using Velodrome.Data.Runs;

namespace Velodrome.Api.Worker;

/// <summary>
/// Periodically enqueues runs that wait although the queue has no job for them: runs of an earlier process, runs that were accepted
/// just before a crash, and runs whose lease has ended. A run that is enqueued twice is still claimed only once.
/// </summary>
internal sealed partial class Reconciler(RunStore store, RunDispatcher dispatcher, TimeProvider time, ILogger<Reconciler> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WorkerTiming.ReconcileInterval, time);
        do
        {
            try
            {
                foreach (var run in store.MarkOverdueForEnqueue())
                {
                    dispatcher.Enqueue(run);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure); // the database may be back next time
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Error, "Waiting runs could not be read from the database; trying again", EventName = "reconcileFailed")]
    private partial void LogFailed(Exception failure);
}

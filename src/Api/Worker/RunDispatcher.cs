using System.Threading.Channels;
using Hangfire;
using Hangfire.States;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Worker;

/// <summary>
/// Adds runs to Hangfire's queue, one after another in the order of their acceptance. Hangfire blocks until its own storage has
/// responded. The caller who posted a run need not wait for that: the run is stored, and if it can't be enqueued now the
/// <see cref="Reconciler"/> enqueues it later.
/// </summary>
internal sealed partial class RunDispatcher(IBackgroundJobClient jobs, ILogger<RunDispatcher> logger) : BackgroundService
{
    /// <summary>Runs that have started before. They go first: an interrupted run must not wait behind all queued runs.</summary>
    private const string ResumedQueue = "0-resumed";

    /// <summary>One queue for each priority. The digits are for PostgreSQL storage, which serves queues in alphabetical order.</summary>
    private static readonly string[] PriorityQueues = ["1-high", "2-normal", "3-low"];

    private readonly Channel<QueuedRun> _runs = Channel.CreateUnbounded<QueuedRun>(new() { SingleReader = true });

    /// <summary>All queues, in the order in which workers serve them.</summary>
    public static IReadOnlyList<string> Queues { get; } = [ResumedQueue, .. PriorityQueues];

    /// <summary>Adds a run to the queue soon; does not wait for it.</summary>
    public void Enqueue(QueuedRun run) => _runs.Writer.TryWrite(run);

    /// <summary>Enqueues the remaining runs, but not for longer than the drain timeout. The reconciler enqueues the rest later.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _runs.Writer.TryComplete();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(WorkerTiming.DrainTimeout);
        await base.StopAsync(timeout.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var run in _runs.Reader.ReadAllAsync(CancellationToken.None))
        {
            var queue = run.HasStarted ? ResumedQueue : PriorityQueues[RunPriority.High - run.Priority];
            try
            {
                jobs.Create<TrainingJob>(job => job.Run(run.Id, CancellationToken.None), new EnqueuedState(queue));
            }
            catch (Exception failure)
            {
                LogFailed(failure, run.Id);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Run {Id} could not be added to the queue; trying again later", EventName = "enqueueFailed")]
    private partial void LogFailed(Exception failure, long id);
}

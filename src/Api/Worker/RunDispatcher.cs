using System.Threading.Channels;
using Hangfire;
using Hangfire.States;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Worker;

/// <summary>
/// Rings for runs, one after the other in the order of their acceptance. Hangfire holds its caller up until its own database has
/// answered; who posted a run need not wait for that, since the run is stored, and if its ring fails the <see cref="Reconciler"/> asks for another.
/// </summary>
internal sealed partial class RunDispatcher(IBackgroundJobClient jobs, ILogger<RunDispatcher> logger) : BackgroundService
{
    /// <summary>For runs whose worker is gone: what was begun goes on before anything begins, or it would wait behind all that wait.</summary>
    private const string ResumedQueue = "0-resumed";

    /// <summary>The others, one for each priority. The names are in the order of service: PostgreSQL storage takes them by the alphabet.</summary>
    private static readonly string[] PriorityQueues = ["1-high", "2-normal", "3-low"];

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);

    private readonly Channel<QueuedRun> _runs = Channel.CreateUnbounded<QueuedRun>(new() { SingleReader = true });

    /// <summary>Whom it rings, in the order of service.</summary>
    public static IReadOnlyList<string> Queues { get; } = [ResumedQueue, .. PriorityQueues];

    /// <summary>Rings soon.</summary>
    public void Enqueue(QueuedRun run) => _runs.Writer.TryWrite(run);

    /// <summary>Rings for those that are left, but not for longer than a service may take to end: after a restart they are asked for again.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _runs.Writer.TryComplete();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(DrainTimeout);
        await base.StopAsync(patience.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var run in _runs.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                jobs.Create<TrainingJob>(job => job.Run(run.Id, CancellationToken.None), new EnqueuedState(run.HasStarted ? ResumedQueue : PriorityQueues[RunPriority.High - run.Priority]));
            }
            catch (Exception failure)
            {
                LogFailed(failure, run.Id);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The queue could not be told of run {Id}; trying again later", EventName = "enqueueFailed")]
    private partial void LogFailed(Exception failure, long id);
}

using System.Threading.Channels;
using Hangfire;
using Hangfire.States;
using Velodrome.Api.Runs;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;

namespace Velodrome.Api.Queue;

/// <summary>
/// Rings for runs, one after the other in the order of their acceptance. Hangfire holds its caller up until its own database has
/// answered; who posted a run need not wait for that, since the run is stored, and if its ring fails the <see cref="Reconciler"/> asks for another.
/// </summary>
internal sealed partial class Bell(IBackgroundJobClient jobs, ILogger<Bell> logger) : BackgroundService
{
    /// <summary>For runs whose worker is gone: what was begun goes on before anything begins, or it would wait behind all that wait.</summary>
    private const string Begun = "0-begun";

    /// <summary>The others, one for each priority. The names are in the order of service: PostgreSQL storage takes them by the alphabet.</summary>
    private static readonly string[] Waiting = ["1-high", "2-normal", "3-low"];

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly Channel<WaitingRun> _runs = Channel.CreateUnbounded<WaitingRun>(new() { SingleReader = true });

    /// <summary>Whom it rings, in the order of service.</summary>
    public static IReadOnlyList<string> Queues { get; } = [Begun, .. Waiting];

    /// <summary>Rings soon.</summary>
    public void Ring(WaitingRun run) => _runs.Writer.TryWrite(run);

    /// <summary>Rings for those that are left, but not for longer than a service may take to end: after a restart they are asked for again.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _runs.Writer.TryComplete();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Farewell);
        await base.StopAsync(patience.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var run in _runs.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                jobs.Create<TrainingJob>(job => job.Run(run.Id, CancellationToken.None), new EnqueuedState(run.Begun ? Begun : Waiting[RunPriority.High - run.Priority]));
            }
            catch (Exception failure)
            {
                LogFailed(failure, run.Id);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The queue could not be told of run {Id}; trying again later", EventName = "ringFailed")]
    private partial void LogFailed(Exception failure, long id);
}

using Velodrome.Data.Runs;

namespace Velodrome.Api.Worker;

/// <summary>
/// Renews the lease of a run from a separate thread while another thread trains, and stops the training when the run is to be
/// cancelled, when the service stops, when another worker has claimed the run, or when the lease is about to end because it could not
/// be renewed. Any other failure is logged and tried again. Reading the run's row is cheap and done often. A renewal is a commit, which
/// competes with the training's commits for the disk, so it is done rarely.
/// </summary>
internal sealed partial class Heartbeat : IDisposable
{
    private static readonly TimeSpan LeaseLimit = RunTiming.Lease - WorkerTiming.LeaseMargin;

    private readonly RunStore _store;
    private readonly RunClaim _claim;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _interrupted;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _stopEvaluation;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;

    /// <summary>Ends the training on time even if the thread is blocked in a call to the database.</summary>
    private readonly ITimer _leaseTimer;

    private long _renewed;
    private Exception? _outage;

    /// <param name="store">Reads and renews the claim.</param>
    /// <param name="claim">A claim that was made just now.</param>
    /// <param name="time">Measures the lease.</param>
    /// <param name="logger">Logs when the database becomes unreachable and reachable again.</param>
    /// <param name="shutdown">Fires when the service stops.</param>
    public Heartbeat(RunStore store, RunClaim claim, TimeProvider time, ILogger logger, CancellationToken shutdown)
    {
        (_store, _claim, _time, _logger) = (store, claim, time, logger);
        _interrupted = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_interrupted.Token);
        _stopEvaluation = new(Timeout.InfiniteTimeSpan, time);
        _interrupted.Token.Register(_stopEvaluation.Cancel);
        CancelRequested = claim.CancelRequested;
        StopIfNeeded();
        _renewed = time.GetTimestamp();
        _leaseTimer = time.CreateTimer(_ => EndLease(), null, LeaseLimit, Timeout.InfiniteTimeSpan);
        _thread = new Thread(BeatUntilEnded) { Name = $"heartbeat of run {claim.RunId}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Fires when the training has to stop, for any reason.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>
    /// Fires when the evaluation has to stop too: at once if this worker has to give up the run, and
    /// <see cref="WorkerTiming.EvaluationLimit"/> after the run was cancelled, for the evaluation of what was trained.
    /// </summary>
    public CancellationToken StopEvaluation => _stopEvaluation.Token;

    /// <summary>Fires when this worker has to give up the run, which is then trained on later: the service stops, or the claim is lost.
    /// </summary>
    public CancellationToken Interrupted => _interrupted.Token;

    /// <summary>True if the run is to be cancelled.</summary>
    public bool CancelRequested { get; private set; }

    /// <summary>
    /// Why this worker may no longer train the run: a <see cref="ClaimLostException"/>, or a <see cref="TimeoutException"/> if the lease
    /// could not be renewed. Null while it may.
    /// </summary>
    public Exception? Lost { get; private set; }

    public void Dispose()
    {
        _ended.Set();
        _thread.Join();
        _leaseTimer.DisposeAsync().AsTask().GetAwaiter().GetResult(); // waits for a callback that is running
        _ended.Dispose();
        _interrupted.Dispose(); // first: its callback cancels the other
        _stop.Dispose();
        _stopEvaluation.Dispose();
    }

    private void BeatUntilEnded()
    {
        while (Lost is null && !_ended.Wait(WorkerTiming.HeartbeatInterval))
        {
            var readFailure = Try(() => CancelRequested = _store.CancelRequested(_claim));
            var renewalFailure = Try(RenewIfDue);
            LogOutage(renewalFailure ?? readFailure);
            StopIfNeeded();
        }
    }

    private void RenewIfDue()
    {
        if (Lost is null && _time.GetElapsedTime(_renewed) >= RunTiming.RenewalInterval)
        {
            var start = _time.GetTimestamp(); // the new lease begins later than this, never earlier
            _store.Renew(_claim);
            _renewed = start;
            var left = LeaseLimit - _time.GetElapsedTime(start);
            _leaseTimer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Returns the failure unless it is final.</summary>
    private Exception? Try(Action call)
    {
        try
        {
            call();
            return null;
        }
        catch (ClaimLostException lost)
        {
            Lost = lost;
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    /// <summary>Logs an outage once when it begins and once when it ends.</summary>
    private void LogOutage(Exception? failure)
    {
        if (failure is not null && _outage is null)
        {
            LogHeartbeatFailed(failure, _claim.RunId);
        }
        else if (failure is null && _outage is not null)
        {
            LogHeartbeatRecovered(_claim.RunId);
        }

        _outage = failure;
    }

    private void EndLease()
    {
        Lost ??= new TimeoutException(
            $"The lease of run {_claim.RunId} could not be renewed for {LeaseLimit.TotalSeconds} seconds.", _outage);
        StopIfNeeded();
    }

    private void StopIfNeeded()
    {
        if (Lost is not null)
        {
            _interrupted.Cancel();
        }
        else if (CancelRequested && !_stop.IsCancellationRequested)
        {
            _stopEvaluation.CancelAfter(WorkerTiming.EvaluationLimit);
            _stop.Cancel();
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "The heartbeat of run {Id} can't reach the database; training continues, and the heartbeat tries again until the lease ends",
        EventName = "heartbeatFailed")]
    private partial void LogHeartbeatFailed(Exception failure, long id);

    [LoggerMessage(LogLevel.Information, "The heartbeat of run {Id} can reach the database again", EventName = "heartbeatRecovered")]
    private partial void LogHeartbeatRecovered(long id);
}

using System.Data.Common;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Api.Runs;
using Velodrome.Api.Settings;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Worker;

/// <summary>The job that Hangfire calls: claims a run, trains it from its last checkpoint on, and stores the result.</summary>
internal sealed partial class TrainingJob(
    RunStore store,
    RunTableReader tables,
    StallMonitor stalls,
    IDbContextFactory<TrainingDbContext> contexts,
    TimeProvider time,
    IOptions<VelodromeSettings> settings,
    ILogger<TrainingJob> logger)
{
    /// <summary>
    /// Trains a run. Returns immediately if the run cannot be claimed. Synchronous, because libtorch's scopes are bound to a thread.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// The service stops or the lease has ended. The run is queued again, and Hangfire has to queue the job again.
    /// </exception>
    [AutomaticRetry(Attempts = 0)]
    public void Run(long id, CancellationToken shutdown)
    {
        if (store.Claim(id) is not { } claim)
        {
            return;
        }

        LogClaimed(id, claim.Token, claim.Attempts);
        using var heartbeat = new Heartbeat(store, claim, time, logger, shutdown);
        using var progress = stalls.Watch(id);
        try
        {
            Train(claim, heartbeat, progress, shutdown);
        }
        catch (ClaimLostException)
        {
            LogClaimLost(id);
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException)
        {
            // The run is not at fault: its lease ends, and it resumes from its last checkpoint.
            LogInterrupted(failure, id);
            throw;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(failure, id);
            StoreFailure(claim, failure);
            throw;
        }
    }

    private void Train(RunClaim claim, Heartbeat heartbeat, RunProgress progress, CancellationToken shutdown)
    {
        if (claim.Attempts > RunStore.MaxAttempts)
        {
            LogCrashLoop(claim.RunId, claim.Attempts - 1);
            store.Finish(claim, ProgressUpdate.None, RunOutcomes.CrashLoop(claim.Attempts - 1));
            return;
        }

        var (start, later) = LoadProgress(claim.RunId);
        var recorder = new EpochRecorder(store, claim, later, progress, time);
        var plan = RunPlan.Restore(claim.Spec, tables.Read(claim.Datasets));
        var trained = plan.Train(start, recorder.Add, heartbeat.Stop, settings.Value.EffectiveThreadsPerRun);
        if (trained.Result.StopReason == StopReason.Cancelled && !heartbeat.CancelRequested)
        {
            throw Release(claim, heartbeat, trained.Result.StoppedEpoch, shutdown);
        }

        var remaining = recorder.TakeRemaining(trained.State, trained.Result.BestEpoch, trained.Result.BestLoss);
        store.Finish(claim, remaining, RunOutcomes.FromTraining(claim, trained));
        var result = trained.Result;
        LogEnded(claim.RunId, result.StopReason, result.StoppedEpoch, result.BestEpoch, result.BestLoss);
    }

    /// <summary>Returns the run to the queue, for this or another worker to resume.</summary>
    /// <returns>The exception that ends the job.</returns>
    private Exception Release(RunClaim claim, Heartbeat heartbeat, int epoch, CancellationToken shutdown)
    {
        if (heartbeat.Lost is ClaimLostException lost)
        {
            return lost;
        }

        if (heartbeat.Lost is { } leaseEnded)
        {
            LogLeaseEnded(leaseEnded, claim.RunId, epoch);
        }

        store.Release(claim);
        LogReleased(claim.RunId, epoch);
        return new OperationCanceledException("The service stops, or the lease has ended.", heartbeat.Lost, shutdown);
    }

    /// <exception cref="AggregateException">The failure could not be stored. Has both exceptions.</exception>
    private void StoreFailure(RunClaim claim, Exception failure)
    {
        try
        {
            store.Finish(claim, ProgressUpdate.None, RunOutcomes.FromFailure(failure));
        }
        catch (Exception second)
        {
            throw new AggregateException($"Run {claim.RunId} failed, and its failure could not be stored.", failure, second);
        }
    }

    /// <summary>Loads the state to start from, and the recorded epochs after it, by number.</summary>
    private (TrainingStart? Start, Dictionary<int, Epoch> Later) LoadProgress(long runId)
    {
        using var database = contexts.CreateDbContext();
        var state = database.LoadCheckpoint(runId, epoch => LogDamagedCheckpoint(runId, epoch));
        var recorded = database.Epochs.AsNoTracking().Where(epoch => epoch.RunId == runId).OrderBy(epoch => epoch.Number).ToList();
        if (state is null)
        {
            return (null, recorded.ToDictionary(epoch => epoch.Number));
        }

        var history = recorded.Where(epoch => epoch.Number <= state.Epoch).Select(epoch => epoch.ToMetrics());
        var later = recorded.Where(epoch => epoch.Number > state.Epoch).ToDictionary(epoch => epoch.Number);
        return (new TrainingStart(state, [.. history]), later);
    }

    [LoggerMessage(LogLevel.Information, "Run {Id} is claimed (token {Token}, attempt {Attempt})", EventName = "runClaimed")]
    private partial void LogClaimed(long id, long token, int attempt);

    [LoggerMessage(LogLevel.Information,
        "Run {Id} ended ({Reason}) after epoch {Epoch}; best epoch {BestEpoch}, validation loss {BestLoss}",
        EventName = "runEnded")]
    private partial void LogEnded(long id, StopReason reason, int epoch, int bestEpoch, double bestLoss);

    [LoggerMessage(LogLevel.Information, "Run {Id} is released after epoch {Epoch} and queued again", EventName = "runReleased")]
    private partial void LogReleased(long id, int epoch);

    [LoggerMessage(LogLevel.Error, "Run {Id} failed", EventName = "runFailed")]
    private partial void LogFailed(Exception failure, long id);

    [LoggerMessage(LogLevel.Error,
        "Run {Id} failed: its worker ended {Attempts} times before an epoch was recorded",
        EventName = "crashLoop")]
    private partial void LogCrashLoop(long id, int attempts);

    [LoggerMessage(LogLevel.Error,
        "The database failed while run {Id} was trained; the run resumes from its last checkpoint when its lease ends",
        EventName = "runInterrupted")]
    private partial void LogInterrupted(Exception failure, long id);

    [LoggerMessage(LogLevel.Warning,
        "Run {Id} was stopped after epoch {Epoch} because its lease could not be renewed",
        EventName = "leaseEnded")]
    private partial void LogLeaseEnded(Exception cause, long id, int epoch);

    [LoggerMessage(LogLevel.Warning,
        "Run {Id} was claimed by another worker; this worker stopped and wrote nothing more",
        EventName = "claimLost")]
    private partial void LogClaimLost(long id);

    [LoggerMessage(LogLevel.Warning,
        "The checkpoint of run {Id} at epoch {Epoch} is damaged; training resumes from an older one or starts again",
        EventName = "damagedCheckpoint")]
    private partial void LogDamagedCheckpoint(long id, int epoch);
}

using System.Data.Common;
using Hangfire;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Velodrome.Api.Memory;
using Velodrome.Api.Runs;
using Velodrome.Api.Settings;
using Velodrome.Data;
using Velodrome.Data.Runs;
using Velodrome.Data.Sqlite;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Worker;

/// <summary>The job that Hangfire calls: claims a run, trains it from its last checkpoint on, and stores the result.</summary>
internal sealed partial class TrainingJob(
    RunStore store,
    RunTableReader tables,
    MemoryBudget memory,
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
    /// The run is queued again. Either the service stops, and Hangfire returns the job to its queue; or the lease has ended, and the
    /// reconciler enqueues the run.
    /// </exception>
    [AutomaticRetry(Attempts = 0)]
    public void Run(long id, CancellationToken shutdown)
    {
        // Before the claim: a run that waits for memory is queued.
        using var reserved = memory.ReserveForRun(settings.Value.MaxRunBytes, shutdown).GetAwaiter().GetResult();
        if (store.Claim(id) is not { } claim)
        {
            return;
        }

        LogClaimed(id, claim.Token, claim.Attempts);
        using var heartbeat = new Heartbeat(store, claim, time, logger, shutdown);
        using var progress = stalls.Watch(id);
        try
        {
            Train(claim, reserved, heartbeat, progress, shutdown);
        }
        catch (ClaimLostException)
        {
            LogClaimLost(id);
        }
        catch (Exception failure) when (IsDatabaseFailure(failure) && !IsDamage(failure))
        {
            // The run is not at fault: its lease ends, and it resumes from its last checkpoint.
            LogInterrupted(failure, id);
            TryResetAttempts(claim);
            throw;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(failure, id);
            StoreFailure(claim, failure);
            throw;
        }
    }

    private static bool IsDatabaseFailure(Exception failure) => failure is DbException or DbUpdateException;

    /// <summary>True if the database file is damaged where the run needs it: that does not pass.</summary>
    private static bool IsDamage(Exception failure) =>
        failure.GetBaseException() is SqliteException sqlite && SqliteFileCheck.IsDamage(sqlite);

    private void Train(
        RunClaim claim, MemoryReservation reserved, Heartbeat heartbeat, RunProgress progress, CancellationToken shutdown)
    {
        if (claim.Attempts > RunStore.MaxAttempts)
        {
            LogCrashLoop(claim.RunId, claim.Attempts - 1);
            store.Finish(claim, ProgressUpdate.None, RunOutcomes.CrashLoop(claim.Attempts - 1));
            return;
        }

        var (start, later) = LoadProgress(claim);
        using var recorder = new EpochRecorder(store, claim, later, progress, time);
        if (Train(claim, reserved, heartbeat, start, recorder, shutdown) is not { } trained)
        {
            LogCancelledBeforeTraining(claim.RunId);
            store.Finish(claim, ProgressUpdate.None, RunOutcomes.CancelledBeforeTraining);
            return;
        }

        if (trained.Result.StopReason == StopReason.Cancelled && !heartbeat.CancelRequested)
        {
            throw Release(claim, heartbeat, trained.Result.StoppedEpoch, shutdown);
        }

        var remaining = recorder.TakeRemaining(trained.State, trained.Result.BestEpoch, trained.Result.BestLoss);
        store.Finish(claim, remaining, RunOutcomes.FromTraining(claim, trained));
        var result = trained.Result;
        LogEnded(claim.RunId, result.StopReason, result.StoppedEpoch, result.BestEpoch, result.BestLoss);
    }

    /// <returns>Null if the run was cancelled before it had an epoch.</returns>
    private TrainedRun? Train(
        RunClaim claim, MemoryReservation reserved, Heartbeat heartbeat, TrainingStart? start, EpochRecorder recorder,
        CancellationToken shutdown)
    {
        // A run that has epochs keeps its best weights when it is cancelled, and its model needs the encoder that the table determines.
        var preparation = start is null ? heartbeat.Stop : heartbeat.Interrupted;
        try
        {
            using var read = tables.LeaseForRun(claim.Datasets, claim.Spec, reserved, preparation).GetAwaiter().GetResult();
            var plan = RunPlan.Restore(claim.Spec, read.Tables, preparation);
            plan.CheckMemory(settings.Value.MaxRunBytes);
            var estimate = plan.EstimateMemory();
            LogMemory(claim.RunId, estimate.Bytes);
            reserved.ShrinkTo(estimate.BesidesTables);
            return plan.Train(
                start, recorder.Add, settings.Value.EffectiveThreadsPerRun, heartbeat.StopEvaluation, heartbeat.Stop);
        }
        catch (OperationCanceledException) when (heartbeat.Stop.IsCancellationRequested) // before an epoch was trained
        {
            return heartbeat.CancelRequested && !heartbeat.Interrupted.IsCancellationRequested
                ? null
                : throw Release(claim, heartbeat, start?.State.Epoch ?? 0, shutdown);
        }
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

    /// <summary>If this fails too, the claim counts as an attempt.</summary>
    private void TryResetAttempts(RunClaim claim)
    {
        try
        {
            store.ResetAttempts(claim);
        }
        catch (Exception failure) when (IsDatabaseFailure(failure))
        {
            LogAttemptCounted(failure, claim.RunId);
        }
    }

    /// <exception cref="AggregateException">The failure could not be stored. Contains both exceptions.</exception>
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
    private (TrainingStart? Start, Dictionary<int, Epoch> Later) LoadProgress(RunClaim claim)
    {
        using var database = contexts.CreateDbContext();
        var isDamaged = false;
        var state = database.LoadCheckpoint(claim.RunId, epoch =>
        {
            LogDamagedCheckpoint(claim.RunId, epoch);
            isDamaged = true;
        });
        if (isDamaged)
        {
            store.DeleteDamagedCheckpoints(claim, state?.Epoch); // otherwise it would count as the newest one
        }

        var recorded = database.Epochs.AsNoTracking().Where(epoch => epoch.RunId == claim.RunId).OrderBy(epoch => epoch.Number).ToList();
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

    [LoggerMessage(LogLevel.Debug, "Run {Id} needs about {Bytes} bytes of memory", EventName = "runMemory")]
    private partial void LogMemory(long id, long bytes);

    [LoggerMessage(LogLevel.Information,
        "Run {Id} ended ({Reason}) after epoch {Epoch}; best epoch {BestEpoch}, validation loss {BestLoss}",
        EventName = "runEnded")]
    private partial void LogEnded(long id, StopReason reason, int epoch, int bestEpoch, double bestLoss);

    [LoggerMessage(LogLevel.Information, "Run {Id} is released after epoch {Epoch} and queued again", EventName = "runReleased")]
    private partial void LogReleased(long id, int epoch);

    [LoggerMessage(LogLevel.Information, "Run {Id} was cancelled before its first epoch", EventName = "runCancelled")]
    private partial void LogCancelledBeforeTraining(long id);

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

    [LoggerMessage(LogLevel.Debug, "The attempts of run {Id} could not be reset, because the database failed",
        EventName = "attemptCounted")]
    private partial void LogAttemptCounted(Exception failure, long id);

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

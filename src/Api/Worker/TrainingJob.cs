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

/// <summary>What Hangfire calls: claims a run, trains it from its last checkpoint on, and writes down what comes of it.</summary>
internal sealed partial class TrainingJob(
    RunStore journal, RunTableReader tables, IDbContextFactory<TrainingDbContext> contexts, TimeProvider time,
    IOptions<VelodromeSettings> settings, ILogger<TrainingJob> logger)
{
    /// <summary>Trains a run; a run that waits for nobody is nobody's job. Synchronous, since libtorch's scopes are bound to a thread.</summary>
    /// <exception cref="OperationCanceledException">The service stops: the run waits again, and so must the job.</exception>
    [AutomaticRetry(Attempts = 0)]
    public void Run(long id, CancellationToken shutdown)
    {
        if (journal.Claim(id) is not { } claim)
        {
            return;
        }

        using var heartbeat = new Heartbeat(journal, claim, shutdown);
        try
        {
            Train(claim, heartbeat, shutdown);
        }
        catch (ClaimLostException)
        {
            LogClaimLost(id);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or DbException or DbUpdateException))
        {
            // A database that can't be reached is no fault of the run: its lease ends, and it goes on from its checkpoint.
            journal.Finish(claim, ProgressUpdate.None, RunOutcomes.FromFailure(failure));
            throw;
        }
    }

    private void Train(RunClaim claim, Heartbeat heartbeat, CancellationToken shutdown)
    {
        if (claim.Attempts > RunStore.MaxAttempts)
        {
            journal.Finish(claim, ProgressUpdate.None, RunOutcomes.CrashLoop(claim.Attempts - 1));
            return;
        }

        var (start, later) = LoadProgress(claim.RunId);
        var recorder = new EpochRecorder(journal, claim, later, time);
        var plan = RunPlan.Restore(claim.Spec, tables.Read(claim.Datasets));
        var trained = TrainedRun.Of(plan, start, recorder.Add, heartbeat.Stop, settings.Value.EffectiveThreadsPerRun);
        if (trained.Result.StopReason == StopReason.Cancelled && !heartbeat.CancelRequested)
        {
            journal.Release(claim);
            throw new OperationCanceledException("The service stops, or the claim was lost.", heartbeat.Lost, shutdown);
        }

        journal.Finish(claim, recorder.TakeRemaining(trained.State, trained.Result.BestEpoch, trained.Result.BestLoss), RunOutcomes.FromTraining(claim, trained));
        LogEnded(claim.RunId, trained.Result.StopReason, trained.Result.StoppedEpoch, trained.Result.BestEpoch, trained.Result.BestLoss);
    }

    /// <summary>Where to go on from, and the epochs that were recorded after it.</summary>
    private (TrainingStart? Start, Dictionary<int, Epoch> Later) LoadProgress(long runId)
    {
        using var database = contexts.CreateDbContext();
        var state = database.LoadCheckpoint(runId, epoch => LogDamagedCheckpoint(runId, epoch));
        var recorded = database.Epochs.AsNoTracking().Where(epoch => epoch.RunId == runId).OrderBy(epoch => epoch.Number).ToList();
        var start = state is null ? null : new TrainingStart(state, [.. recorded.Where(epoch => epoch.Number <= state.Epoch).Select(epoch => epoch.ToMetrics())]);
        return (start, recorded.Where(epoch => state is null || epoch.Number > state.Epoch).ToDictionary(epoch => epoch.Number));
    }

    [LoggerMessage(LogLevel.Information, "Run {Id} ended ({Reason}) after epoch {Epoch}; best epoch {BestEpoch}, validation loss {BestLoss}", EventName = "runEnded")]
    private partial void LogEnded(long id, StopReason reason, int epoch, int bestEpoch, double bestLoss);

    [LoggerMessage(LogLevel.Warning, "Run {Id} is another worker's now; this one stopped and wrote nothing", EventName = "claimLost")]
    private partial void LogClaimLost(long id);

    [LoggerMessage(LogLevel.Warning, "The checkpoint of run {Id} at epoch {Epoch} is damaged; an older one, or the beginning, takes its place", EventName = "damagedCheckpoint")]
    private partial void LogDamagedCheckpoint(long id, int epoch);
}

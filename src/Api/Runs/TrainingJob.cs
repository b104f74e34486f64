using Hangfire;
using Velodrome.Api.Datasets;
using Velodrome.Data.Runs;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Api.Runs;

/// <summary>What Hangfire calls: claims a run, trains it, and writes down what comes of it.</summary>
internal sealed partial class TrainingJob(RunJournal journal, DatasetReader datasets, TimeProvider time, ILogger<TrainingJob> logger)
{
    /// <summary>Trains a run; a run that is not waiting is nobody's job. Synchronous, since libtorch's scopes are bound to a thread.</summary>
    /// <exception cref="OperationCanceledException">The service stops: the run waits again, and so must the job.</exception>
    [AutomaticRetry(Attempts = 0)]
    public void Run(long id, CancellationToken shutdown)
    {
        if (journal.Claim(id) is not { } claim)
        {
            return;
        }

        var recorder = new EpochRecorder(journal, claim, time);
        try
        {
            var plan = RunPlan.Of(claim.Spec, datasets.Read(claim.DatasetId));
            var trained = TrainedRun.Of(plan, recorder.Add, shutdown);
            journal.Finish(claim, recorder.Waiting, recorder.Progress, RunOutcomes.Of(claim, trained));
            LogEnded(id, trained.Fit.StopReason, trained.Fit.StoppedEpoch, trained.Fit.BestEpoch, trained.Fit.BestLoss);
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            journal.Release(claim);
            throw;
        }
        catch (ClaimLostException)
        {
            LogClaimLost(id);
        }
        catch (Exception failure)
        {
            journal.Finish(claim, recorder.Waiting, recorder.Progress, RunOutcomes.Of(failure));
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "Run {Id} ended ({Reason}) after epoch {Epoch}; best epoch {BestEpoch}, validation loss {BestLoss}", EventName = "runEnded")]
    private partial void LogEnded(long id, StopReason reason, int epoch, int bestEpoch, double bestLoss);

    [LoggerMessage(LogLevel.Warning, "Run {Id} is another worker's now; this one stopped and wrote nothing", EventName = "claimLost")]
    private partial void LogClaimLost(long id);
}

using Microsoft.EntityFrameworkCore;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;

namespace Velodrome.Data.Runs;

/// <summary>The right to train a run, and to write what comes of it.</summary>
public sealed record RunClaim(long RunId, long Token, long DatasetId, RunSpec Spec);

/// <summary>How a run ended.</summary>
/// <param name="Status">Succeeded or failed.</param>
/// <param name="StopReason">Why training ended; null when it never began.</param>
/// <param name="Evaluation">Of the best epoch's weights.</param>
/// <param name="WeightsSha256">Of the best epoch's weights.</param>
/// <param name="Model">What predicts.</param>
/// <param name="Error">Why it failed.</param>
public sealed record RunOutcome(
    RunStatus Status, StopReason? StopReason = null, RunEvaluation? Evaluation = null, string? WeightsSha256 = null,
    Model? Model = null, RunError? Error = null);

/// <summary>Somebody else has claimed the run since: whoever meets this must stop, and has written nothing.</summary>
public sealed class ClaimLostException(long runId) : Exception($"Run {runId} is no longer this worker's.");

/// <summary>Every change in a run's life, each in one transaction and only by the holder of its newest claim.</summary>
public sealed class RunJournal(DatabaseWriter writer, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes a queued run.</summary>
    /// <returns>The claim, or null when the run is not waiting for anybody.</returns>
    public RunClaim? Claim(long runId) => writer.WriteAndWait(context =>
    {
        var run = context.Runs.AsTracking().SingleOrDefault(run => run.Id == runId && run.Status == RunStatus.Queued);
        if (run is null)
        {
            return null;
        }

        run.Status = RunStatus.Running;
        run.StartedAt ??= Now;
        run.Token++;
        return new RunClaim(run.Id, run.Token, run.DatasetId, run.Spec);
    });

    /// <summary>Adds epochs to the history.</summary>
    /// <exception cref="ClaimLostException">Nothing was written.</exception>
    public void Record(RunClaim claim, IReadOnlyList<EpochMetrics> epochs, EarlyStopping progress) =>
        writer.WriteAndWait(context => Record(context, claim, epochs, progress));

    /// <summary>Adds the last epochs and ends the run.</summary>
    /// <inheritdoc cref="Record(RunClaim, IReadOnlyList{EpochMetrics}, EarlyStopping)"/>
    public void Finish(RunClaim claim, IReadOnlyList<EpochMetrics> epochs, EarlyStopping progress, RunOutcome outcome) => writer.WriteAndWait(context =>
    {
        var run = Record(context, claim, epochs, progress);
        run.Status = outcome.Status;
        run.StopReason = outcome.StopReason;
        run.Evaluation = outcome.Evaluation;
        run.WeightsSha256 = outcome.WeightsSha256;
        run.Error = outcome.Error;
        run.FinishedAt = Now;
        if (outcome.Model is not null)
        {
            context.Models.Add(outcome.Model);
        }
    });

    /// <summary>Puts the run back among the waiting, to be trained from its first epoch.</summary>
    public void Release(RunClaim claim) => writer.WriteAndWait(context => Restart(context, Held(context, claim)));

    /// <summary>What a process that died left behind waits again. Only while no worker is at work.</summary>
    /// <returns>All runs that wait, the oldest first.</returns>
    public IReadOnlyList<long> Recover() => writer.WriteAndWait(context =>
    {
        foreach (var run in context.Runs.AsTracking().Where(run => run.Status == RunStatus.Running).ToList())
        {
            Restart(context, run);
        }

        context.SaveChanges();
        return context.Runs.Where(run => run.Status == RunStatus.Queued).OrderBy(run => run.Id).Select(run => run.Id).ToList();
    });

    private static Run Record(TrainingDbContext context, RunClaim claim, IReadOnlyList<EpochMetrics> epochs, EarlyStopping progress)
    {
        var run = Held(context, claim);
        context.InsertEpochs(run.Id, epochs);
        if (epochs.Count > 0)
        {
            run.LastEpoch = epochs[^1].Epoch;
        }

        if (progress.BestEpoch > 0)
        {
            (run.BestEpoch, run.BestValidationLoss) = (progress.BestEpoch, progress.BestLoss);
        }

        return run;
    }

    private static void Restart(TrainingDbContext context, Run run)
    {
        context.Epochs.Where(epoch => epoch.RunId == run.Id).ExecuteDelete();
        run.Status = RunStatus.Queued;
        (run.LastEpoch, run.BestEpoch, run.BestValidationLoss) = (null, null, null);
    }

    private static Run Held(TrainingDbContext context, RunClaim claim) =>
        context.Runs.AsTracking().SingleOrDefault(run => run.Id == claim.RunId && run.Token == claim.Token && run.Status == RunStatus.Running)
            ?? throw new ClaimLostException(claim.RunId);
}

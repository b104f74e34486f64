using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;

namespace Velodrome.Data.Runs;

/// <remarks>
/// A worker claims a run, which raises the run's fencing token. Everything that the worker writes later is conditional on that token
/// still being the newest (Kleppmann 2016, "How to do distributed locking"), so a worker that has lost its run writes nothing.
/// </remarks>
public sealed partial class RunStore
{
    /// <summary>Largest number of attempts, see <see cref="Run.Attempts"/>; the next claim fails the run as a crash loop.</summary>
    public const int MaxAttempts = 3;

    private long LeaseEnd => Now + (long)RunTiming.Lease.TotalMilliseconds;

    /// <summary>Claims a run that waits, or whose lease has ended.</summary>
    /// <returns>Null if the run cannot be claimed: another worker has it, it has ended, or it does not exist.</returns>
    public RunClaim? Claim(long runId) => writer.WriteAndWait(database =>
    {
        var (now, until) = (Now, LeaseEnd);
        var claimed = database.Runs
            .Where(run => run.Id == runId)
            .Where(run => run.Status == RunStatus.Queued || (run.Status == RunStatus.Running && run.LeaseUntil < now))
            .ExecuteUpdate(run => run
                .SetProperty(run => run.Status, RunStatus.Running)
                .SetProperty(run => run.Token, run => run.Token + 1)
                .SetProperty(run => run.Attempts, run => run.Attempts + 1)
                .SetProperty(run => run.LeaseOwner, worker.Value)
                .SetProperty(run => run.LeaseUntil, until)
                .SetProperty(run => run.StartedAt, run => run.StartedAt ?? now));
        return claimed == 0 ? null : RunClaim.Of(database.Runs.AsNoTracking().Single(run => run.Id == runId));
    });

    /// <summary>Extends the claim's lease.</summary>
    /// <exception cref="ClaimLostException">Another worker has claimed the run, or it has ended.</exception>
    public void Renew(RunClaim claim) => writer.WriteAndWait(database => Renew(database, claim));

    /// <summary>True if the run is to be cancelled. Changes nothing, so it is cheap to call often.</summary>
    /// <exception cref="ClaimLostException">Another worker has claimed the run, or it has ended.</exception>
    public bool CancelRequested(RunClaim claim)
    {
        using var database = contexts.CreateDbContext();
        return Held(database, claim).Select(run => (bool?)run.CancelRequested).FirstOrDefault()
            ?? throw new ClaimLostException(claim.RunId);
    }

    /// <summary>Adds epochs and a checkpoint. Completes once they are committed.</summary>
    /// <param name="claim">The worker's claim.</param>
    /// <param name="progress">What to add.</param>
    /// <param name="cancellationToken">Gives up a large checkpoint between two pieces; then nothing was added.</param>
    /// <exception cref="ClaimLostException">Nothing was added.</exception>
    public async Task Record(RunClaim claim, ProgressUpdate progress, CancellationToken cancellationToken = default)
    {
        var checkpoint = await StoreChunks(claim, progress.Checkpoint, cancellationToken);
        await writer.Write(database => Record(database, claim, progress, checkpoint));
    }

    /// <summary>Deletes checkpoints that are newer than the one from which the worker starts: they are damaged.</summary>
    /// <param name="claim">The worker's claim.</param>
    /// <param name="epoch">The epoch of the checkpoint from which the worker starts; null for none.</param>
    /// <exception cref="ClaimLostException">Nothing was deleted.</exception>
    public void DeleteDamagedCheckpoints(RunClaim claim, int? epoch) => writer.WriteAndWait(database =>
    {
        Renew(database, claim);
        database.Checkpoints.Where(known => known.RunId == claim.RunId && known.Epoch > (epoch ?? -1)).ExecuteDelete();
    });

    /// <summary>Adds the last epochs and ends the run.</summary>
    /// <exception cref="ClaimLostException">Nothing was written.</exception>
    public void Finish(RunClaim claim, ProgressUpdate progress, RunOutcome outcome)
    {
        FinishAndWait(claim, progress, outcome).GetAwaiter().GetResult();
        RunEnded?.Invoke(claim.RunId);
    }

    private async Task FinishAndWait(RunClaim claim, ProgressUpdate progress, RunOutcome outcome)
    {
        var checkpoint = await StoreChunks(claim, progress.Checkpoint, CancellationToken.None);
        var model = outcome.Model is null ? null : await StoreChunks(claim, outcome.Model.OpenRead(), CancellationToken.None);
        await writer.Write(database => Finish(database, claim, progress, checkpoint, outcome, model));
        if (checkpoint is null)
        {
            await TryDeleteUnusedChunks(claim.RunId);
        }
    }

    private void Finish(
        TrainingDbContext database, RunClaim claim, ProgressUpdate progress, FirstPiece? checkpoint, RunOutcome outcome, FirstPiece? model)
    {
        Record(database, claim, progress, checkpoint);
        var (now, verdict, weights) = (Now, outcome.Verdict?.Code, outcome.Model?.WeightsSha256);
        Held(database, claim).ExecuteUpdate(run => run
            .SetProperty(run => run.Status, outcome.Status)
            .SetProperty(run => run.StopReason, outcome.StopReason)
            .SetProperty(run => run.Evaluation, outcome.Evaluation)
            .SetProperty(run => run.Verdict, outcome.Verdict)
            .SetProperty(run => run.VerdictCode, verdict)
            .SetProperty(run => run.Error, outcome.Error)
            .SetProperty(run => run.WeightsSha256, weights)
            .SetProperty(run => run.FinishedAt, now)
            .SetProperty(run => run.LeaseOwner, (string?)null)
            .SetProperty(run => run.LeaseUntil, (long?)null));
        if (model is not null)
        {
            database.Models.Add(new()
            {
                RunId = claim.RunId,
                Bytes = model.Bytes,
                Sha256 = model.Sha256,
                ChunkSet = model.ChunkSet,
                Chunks = model.Chunks,
            });
        }
    }

    /// <summary>Returns the run to the queue, to be resumed from its last checkpoint. Does nothing if the claim is lost.</summary>
    public void Release(RunClaim claim) => writer.WriteAndWait(database => Held(database, claim).ExecuteUpdate(run => run
        .SetProperty(run => run.Status, RunStatus.Queued)
        .SetProperty(run => run.Attempts, 0)
        .SetProperty(run => run.LeaseOwner, (string?)null)
        .SetProperty(run => run.LeaseUntil, (long?)null)));

    /// <summary>
    /// Counts none of the claims since the last epoch as an attempt: the worker lives, so the run has not ended its process. Does nothing
    /// if the claim is lost.
    /// </summary>
    public void ResetAttempts(RunClaim claim) => writer.WriteAndWait(database =>
        Held(database, claim).ExecuteUpdate(run => run.SetProperty(run => run.Attempts, 0)));

    /// <summary>
    /// Finds the runs that have to be enqueued again, and records that they are: runs that wait and were not enqueued for
    /// <see cref="RunTiming.ReenqueueQueuedAfter"/>, and runs whose lease has ended.
    /// </summary>
    /// <returns>The oldest first.</returns>
    public IReadOnlyList<QueuedRun> MarkOverdueForEnqueue() => writer.WriteAndWait(database =>
    {
        var now = Now;
        var queuedBefore = now - (long)RunTiming.ReenqueueQueuedAfter.TotalMilliseconds;
        var abandonedBefore = now - (long)RunTiming.ReenqueueAbandonedAfter.TotalMilliseconds;
        var overdue = database.Runs
            .Where(run =>
                (run.Status == RunStatus.Queued && (run.EnqueuedAt == null || run.EnqueuedAt < queuedBefore)) ||
                (run.Status == RunStatus.Running && run.LeaseUntil < now && (run.EnqueuedAt == null || run.EnqueuedAt < abandonedBefore)))
            .OrderBy(run => run.Id)
            .Select(run => new { run.Id, run.Spec, run.StartedAt })
            .ToList();
        var ids = overdue.ConvertAll(run => run.Id); // not the condition again: more runs may meet it by now
        database.Runs.Where(run => ids.Contains(run.Id)).ExecuteUpdate(run => run.SetProperty(run => run.EnqueuedAt, now));
        return overdue.ConvertAll(run => new QueuedRun(run.Id, run.Spec.Training.Priority, run.StartedAt is not null));
    });

    /// <summary>
    /// Ends all leases, so that runs which an earlier process was training are resumed without waiting for their leases to end, and
    /// deletes runs whose copy an earlier process has not completed.
    /// Call it only in a process that has the database to itself.
    /// </summary>
    public void ReleaseAllLeases() => writer.WriteAndWait(database =>
    {
        database.Runs.Where(run => run.Status == RunStatus.Queued || run.Status == RunStatus.Running).ExecuteUpdate(run => run
            .SetProperty(run => run.LeaseUntil, 0)
            .SetProperty(run => run.EnqueuedAt, (long?)null));
        if (Abandoned(database, deadline: long.MaxValue).Any())
        {
            Abandoned(database, deadline: long.MaxValue).ExecuteDelete();
        }
    });

    private void Renew(TrainingDbContext database, RunClaim claim)
    {
        var until = LeaseEnd;
        ThrowIfLost(claim, Held(database, claim).ExecuteUpdate(run => run.SetProperty(run => run.LeaseUntil, until)));
    }

    private static void Record(TrainingDbContext database, RunClaim claim, ProgressUpdate progress, FirstPiece? checkpoint)
    {
        int? bestEpoch = progress.BestEpoch > 0 ? progress.BestEpoch : null;
        double? bestLoss = bestEpoch is null ? null : progress.BestLoss;
        var advanced = progress.Epochs.Count > 0;
        ThrowIfLost(claim, Held(database, claim).ExecuteUpdate(run => run
            .SetProperty(run => run.Attempts, run => advanced ? 0 : run.Attempts)
            .SetProperty(run => run.LastEpoch, run => progress.LastEpoch ?? run.LastEpoch)
            .SetProperty(run => run.BestEpoch, run => bestEpoch ?? run.BestEpoch)
            .SetProperty(run => run.BestValidationLoss, run => bestLoss ?? run.BestValidationLoss)));
        database.InsertEpochs(claim.RunId, progress.Epochs);
        if (checkpoint is not null)
        {
            database.SaveCheckpoint(claim.RunId, progress.Checkpoint!.Epoch, checkpoint);
        }
    }

    /// <summary>The claimed run, or no row if the claim is lost.</summary>
    private static IQueryable<Run> Held(TrainingDbContext database, RunClaim claim) =>
        database.Runs.Where(run => run.Id == claim.RunId && run.Token == claim.Token && run.Status == RunStatus.Running);

    private static void ThrowIfLost(RunClaim claim, int updatedRows)
    {
        if (updatedRows == 0)
        {
            throw new ClaimLostException(claim.RunId);
        }
    }
}

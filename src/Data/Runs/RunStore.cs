using Microsoft.EntityFrameworkCore;
using Velodrome.Training;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>
/// Every change in a run's life, each in one transaction:
/// <code>
/// Submit, Continue          -> queued
/// Claim                     queued, or running with an ended lease -> running
/// Renew, Record             running -> running
/// Finish                    running -> succeeded, failed or cancelled
/// Release                   running -> queued
/// Cancel                    queued -> cancelled; once a run has epochs, its worker is asked to finish it
/// Delete                    succeeded, failed or cancelled -> gone
/// MarkOverdueForEnqueue     notes that the queue is given the run again
/// ReleaseAllLeases          ends the leases of an earlier process
/// </code>
/// This file has the changes that callers of the API ask for; RunStore.Workers.cs has those that workers make.
/// </summary>
public sealed partial class RunStore(
    DatabaseWriter writer, IDbContextFactory<TrainingDbContext> contexts, WorkerName worker, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Stores a new run together with the Idempotency-Key of its request.</summary>
    /// <param name="run">The new run.</param>
    /// <param name="key">Null if the request has no key.</param>
    /// <returns>The new run and true, or false and the run that an earlier request with the same key and body has started.</returns>
    /// <exception cref="RefusedException"><c>idempotencyKeyReused</c>: a different request has used the key.</exception>
    public async Task<(Run Run, bool IsNew)> Submit(Run run, RequestKey? key)
    {
        try
        {
            return await writer.Write(database =>
            {
                if (FindSubmitted(database, key) is { } earlier)
                {
                    return (earlier, false);
                }

                database.Runs.Add(run);
                database.SaveChanges();
                if (key is not null)
                {
                    database.Add(new IdempotencyKey { Key = key.Key, BodySha256 = key.BodySha256, RunId = run.Id });
                }

                return (run, true);
            });
        }
        catch (DbUpdateException failure) when (key is not null && failure.IsUniqueViolation())
        {
            // Another process stored the key after this one had looked for it.
            if (await FindSubmitted(key, CancellationToken.None) is { } earlier)
            {
                return (earlier, false);
            }

            throw;
        }
    }

    /// <summary>Finds the run that an earlier request with the same Idempotency-Key and body has started.</summary>
    /// <returns>Null if the key is new.</returns>
    /// <exception cref="RefusedException"><c>idempotencyKeyReused</c>: a different request has used the key.</exception>
    public async Task<Run?> FindSubmitted(RequestKey key, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return FindSubmitted(database, key);
    }

    /// <summary>Stores a new run that goes on from an ended one: it starts with the parent's epochs and checkpoint.</summary>
    /// <param name="parent">A run that has ended and has not failed.</param>
    /// <param name="epochs">Upper bound on the new run's epochs, including the parent's.</param>
    /// <param name="name">The new run's name; truncated if it is too long.</param>
    public Task<Run> Continue(Run parent, int epochs, string name) => writer.Write(database =>
    {
        var now = Now;
        var run = new Run
        {
            Name = Run.TruncateName(name),
            ParentId = parent.Id,
            DatasetId = parent.DatasetId,
            ValidationDatasetId = parent.ValidationDatasetId,
            TestDatasetId = parent.TestDatasetId,
            Spec = parent.Spec with { Training = parent.Spec.Training with { Epochs = epochs } },
            Split = parent.Split,
            Warnings = parent.Warnings,
            BaselineLoss = parent.BaselineLoss,
            LastEpoch = parent.LastEpoch,
            BestEpoch = parent.BestEpoch,
            BestValidationLoss = parent.BestValidationLoss,
            CreatedAt = now,
            EnqueuedAt = now,
        };
        database.Runs.Add(run);
        database.SaveChanges();
        database.Database.ExecuteSql($"""
            INSERT INTO "Epochs" ("RunId", "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds")
            SELECT {run.Id}, "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds" FROM "Epochs" WHERE "RunId" = {parent.Id}
            """);
        if (database.LoadCheckpoint(parent.Id, damaged: _ => { }) is { } state)
        {
            database.SaveCheckpoint(run.Id, parent.StopReason == StopReason.Patience ? state with { PatienceFrom = state.Epoch } : state);
        }

        return run;
    });

    /// <summary>
    /// Cancels a run. A run that has no epochs and no worker ends immediately. Any other run ends when its worker notices the request,
    /// and keeps the best weights so far. Does nothing if the run has ended or does not exist.
    /// </summary>
    public Task Cancel(long runId) => writer.Write(database =>
    {
        var now = Now;
        database.Runs.Where(run => run.Id == runId && run.Status == RunStatus.Queued && run.LastEpoch == null).ExecuteUpdate(run => run
            .SetProperty(run => run.Status, RunStatus.Cancelled)
            .SetProperty(run => run.StopReason, StopReason.Cancelled)
            .SetProperty(run => run.FinishedAt, now));
        database.Runs.Where(run => run.Id == runId && (run.Status == RunStatus.Queued || run.Status == RunStatus.Running))
            .ExecuteUpdate(run => run.SetProperty(run => run.CancelRequested, true));
    });

    /// <summary>
    /// Deletes a run with its epochs, checkpoints, model and Idempotency-Key. Runs that continued it stay, without a parent.
    /// Does nothing unless the run has ended.
    /// </summary>
    public Task Delete(long runId) => writer.Write(database =>
    {
        database.Runs.Where(child => child.ParentId == runId)
            .ExecuteUpdate(child => child.SetProperty(child => child.ParentId, (long?)null));
        database.Runs.Where(run => run.Id == runId && run.FinishedAt != null).ExecuteDelete();
    });

    private static Run? FindSubmitted(TrainingDbContext database, RequestKey? key)
    {
        if (key is null)
        {
            return null;
        }

        var known = database.Set<IdempotencyKey>().AsNoTracking().SingleOrDefault(known => known.Key == key.Key);
        return known is null ? null
            : known.BodySha256 == key.BodySha256 ? database.Runs.AsNoTracking().Single(run => run.Id == known.RunId)
            : throw new RefusedException("idempotencyKeyReused", IdempotencyKey.Header,
                $"The {IdempotencyKey.Header} '{key.Key}' was sent before with a different request, which started run {known.RunId}. " +
                "Use a new key for each request, and repeat a key only with the same request.");
    }
}

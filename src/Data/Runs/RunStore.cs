using Microsoft.EntityFrameworkCore;
using Velodrome.Training;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>
/// Makes every change to a run's state, each in one transaction:
/// <code>
/// Submit, Continue          -> queued
/// Claim                     queued, or running with an ended lease -> running
/// Renew, Record             running -> running
/// Finish                    running -> succeeded, failed or cancelled
/// Release                   running -> queued
/// Cancel                    queued -> cancelled; once a run has epochs, its worker is asked to finish it
/// Delete                    succeeded, failed or cancelled -> gone
/// MarkOverdueForEnqueue     records that the run is enqueued again
/// ReleaseAllLeases          ends the leases of an earlier process
/// </code>
/// This file contains the changes that callers of the API ask for; RunStore.Continue.cs copies a run that is continued, and
/// RunStore.Workers.cs contains the changes that workers make.
/// </summary>
public sealed partial class RunStore(
    DatabaseWriter writer, IDbContextFactory<TrainingDbContext> contexts, WorkerName worker, TimeProvider time)
{
    /// <summary>Raised with the id of a run that this process has ended or deleted, after the commit.</summary>
    public event Action<long>? RunEnded;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Stores a new run together with the Idempotency-Key of its request.</summary>
    /// <param name="run">The new run.</param>
    /// <param name="key">Null if the request has no key.</param>
    /// <returns>The new run and true, or false and the run that an earlier request with the same key and body has started.</returns>
    /// <exception cref="RefusedException"><c>idempotencyKeyReused</c>: a different request has used the key. <c>unknownDataset</c>: a
    /// dataset was deleted after the request was checked.</exception>
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

                if (!HasDatasets(database, run))
                {
                    throw DatasetDeleted();
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
        catch (DbUpdateException failure) when (failure.IsForeignKeyViolation())
        {
            throw DatasetDeleted(); // by another process, at the same moment
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

    /// <summary>
    /// Cancels a run. A run that has no epochs and no worker ends immediately. Any other run ends when its worker notices the request,
    /// and keeps the best weights so far. Does nothing if the run has ended or does not exist.
    /// </summary>
    public async Task Cancel(long runId)
    {
        var ended = await writer.Write(database =>
        {
            var now = Now;
            var ended = database.Runs.Where(run => run.Id == runId && run.Status == RunStatus.Queued && run.LastEpoch == null)
                .ExecuteUpdate(run => run
                    .SetProperty(run => run.Status, RunStatus.Cancelled)
                    .SetProperty(run => run.StopReason, StopReason.Cancelled)
                    .SetProperty(run => run.FinishedAt, now));
            database.Runs.Where(run => run.Id == runId && (run.Status == RunStatus.Queued || run.Status == RunStatus.Running))
                .ExecuteUpdate(run => run.SetProperty(run => run.CancelRequested, true));
            return ended > 0;
        });
        if (ended)
        {
            RunEnded?.Invoke(runId);
            await TryDeleteUnusedChunks(runId);
        }
    }

    /// <summary>
    /// Deletes a run with its epochs, checkpoints, model and Idempotency-Key. Runs that continued it stay, without a parent.
    /// Does nothing unless the run has ended.
    /// </summary>
    /// <remarks>
    /// Chunks are deleted in several writes. After the first one, no query sees the run. If the process is killed in between, the rest is
    /// deleted like that of an abandoned copy.
    /// </remarks>
    public async Task Delete(long runId)
    {
        var parts = await writer.Write(database =>
        {
            database.Runs.IgnoreQueryFilters().Where(child => child.ParentId == runId)
                .ExecuteUpdate(child => child.SetProperty(child => child.ParentId, (long?)null));
            var ended = database.Runs.Where(run => run.Id == runId && run.FinishedAt != null);
            var parts = ChunkRanges(database.RunChunks.Where(chunk => chunk.RunId == runId && ended.Any()));
            if (parts.Count == 0)
            {
                ended.ExecuteDelete();
                return parts;
            }

            var until = CopyLeaseEnd;
            database.Set<IdempotencyKey>().Where(key => key.RunId == runId).ExecuteDelete();
            ended.ExecuteUpdate(run => run.SetProperty(run => run.CopyLeaseUntil, until));
            return parts;
        });
        RunEnded?.Invoke(runId);
        foreach (var part in parts)
        {
            await writer.Write(database => Delete(database, runId, part));
        }

        if (parts.Count > 0)
        {
            await writer.Write(database => { Copying(database, runId).ExecuteDelete(); });
        }
    }

    private static bool HasDatasets(TrainingDbContext database, Run run)
    {
        long[] ids = [.. new[] { run.DatasetId, run.ValidationDatasetId, run.TestDatasetId }.OfType<long>().Distinct()];
        return database.Datasets.Count(dataset => ids.Contains(dataset.Id)) == ids.Length;
    }

    private static RefusedException DatasetDeleted() => new("unknownDataset", "dataset",
        "A dataset of this run was deleted while the request was checked. Upload it again with POST /api/v1/datasets.");

    private static Run? FindSubmitted(TrainingDbContext database, RequestKey? key)
    {
        if (key is null)
        {
            return null;
        }

        var known = database.Set<IdempotencyKey>().AsNoTracking().SingleOrDefault(known => known.Key == key.Key);
        return known is null ? null
            : known.BodySha256 == key.BodySha256 || known.BodySha256 == key.EarlierSha256
                ? database.Runs.AsNoTracking().SingleOrDefault(run => run.Id == known.RunId) // null if it was deleted just now
            : throw new RefusedException("idempotencyKeyReused", IdempotencyKey.Header,
                $"The {IdempotencyKey.Header} '{key.Key}' was sent before with a different request, which started run {known.RunId}. " +
                "Use a new key for each request, and repeat a key only with the same request.");
    }
}

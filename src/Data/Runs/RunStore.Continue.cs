using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;
using Velodrome.Data.Damage;
using Velodrome.Training;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <remarks>
/// A run that continues another one starts with a copy of its epochs and checkpoint. A million epochs take seconds, so each part of a long
/// history or a large checkpoint is a write of its own, and other writes need not wait for the whole. Until the last part is copied, no
/// query sees the new run.
/// </remarks>
public sealed partial class RunStore
{
    /// <summary>Epochs that one write copies, which takes some tens of milliseconds.</summary>
    public const int EpochsPerCopy = 10_000;

    /// <summary>Chunks of a large checkpoint that one write copies.</summary>
    private const int ChunksPerCopy = 4;

    /// <summary>The longest time that a part may take. After it, another process may delete the incomplete run.</summary>
    public static readonly TimeSpan CopyLease = TimeSpan.FromMinutes(1);

    private long CopyLeaseEnd => Now + (long)CopyLease.TotalMilliseconds;

    /// <summary>Stores a new run that continues an ended one: it starts with the parent's epochs and checkpoint.</summary>
    /// <param name="parent">A run that has ended and has not failed.</param>
    /// <param name="epochs">Upper bound on the new run's epochs, including the parent's.</param>
    /// <param name="name">The new run's name; truncated if it is too long.</param>
    /// <param name="owner">The name of the API key that asks for it; null for none.</param>
    /// <exception cref="RefusedException"><c>runNotFound</c>: the parent was deleted during the copy. So is the new run.</exception>
    public async Task<Run> Continue(Run parent, int epochs, string name, string? owner = null)
    {
        await DeleteAbandonedCopies();
        var run = NewRun(parent, epochs, name, owner);
        var last = parent.LastEpoch ?? 0;
        try
        {
            var checkpoint = FindCheckpoint(parent);
            for (var first = 0; first <= last; first += EpochsPerCopy)
            {
                var isWhole = first + EpochsPerCopy > last && checkpoint is not { Source.Chunks: > 0 };
                await writer.Write(database =>
                {
                    Hold(database, run, parent, isNew: first == 0);
                    CopyEpochs(database, run, parent, first);
                    CompleteIf(isWhole, database, run, checkpoint);
                });
            }

            for (var first = 1; first <= checkpoint?.Source.Chunks; first += ChunksPerCopy)
            {
                var isWhole = first + ChunksPerCopy > checkpoint.Source.Chunks;
                await writer.Write(database =>
                {
                    Hold(database, run, parent, isNew: false);
                    CopyChunks(database, run, parent, checkpoint, first);
                    CompleteIf(isWhole, database, run, checkpoint);
                });
            }
        }
        catch (DbUpdateException failure) when (failure.IsForeignKeyViolation())
        {
            throw ParentDeleted(parent); // by another process, at the same moment
        }
        catch
        {
            await TryDeleteCopy(run.Id);
            throw;
        }

        run.CopyLeaseUntil = null;
        return run;
    }

    private Run NewRun(Run parent, int epochs, string name, string? owner)
    {
        var now = Now;
        return new Run
        {
            Name = Run.TruncateName(name),
            ParentId = parent.Id,
            Owner = owner,
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
    }

    /// <summary>Finds the checkpoint that the new run starts with. Reads a large one only to verify it.</summary>
    private CopiedCheckpoint? FindCheckpoint(Run parent)
    {
        using var database = contexts.CreateDbContext();
        if (database.FindCheckpoint(parent.Id) is not { } source)
        {
            return null;
        }

        if (parent.StopReason == StopReason.Patience)
        {
            TrainerState.RestartPatience(source.Bytes);
        }

        return new(source, new(source.Bytes, Checksum.Of(source.Bytes), source.Chunks == 0 ? 0 : NewChunkSet(), source.Chunks));
    }

    /// <summary>Inserts the new run's row, unseen by queries, or extends its lease.</summary>
    private void Hold(TrainingDbContext database, Run run, Run parent, bool isNew)
    {
        var until = CopyLeaseEnd;
        if (isNew)
        {
            if (!database.Runs.Any(stored => stored.Id == parent.Id))
            {
                throw ParentDeleted(parent);
            }

            if (!HasDatasets(database, run))
            {
                throw DatasetDeleted();
            }

            run.CopyLeaseUntil = until;
            database.Runs.Add(run);
            database.SaveChanges();
        }
        else if (Copying(database, run.Id).Where(copy => copy.ParentId == parent.Id) // no longer, if the parent was deleted
            .ExecuteUpdate(copy => copy.SetProperty(copy => copy.CopyLeaseUntil, until)) == 0)
        {
            throw ParentDeleted(parent);
        }
    }

    private static void CopyEpochs(TrainingDbContext database, Run run, Run parent, int first) => database.Database.ExecuteSql($"""
        INSERT INTO "Epochs" ("RunId", "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds", "Members")
        SELECT {run.Id}, "Number", "TrainLoss", "ValidationLoss", "LearningRate", "Seconds", "Members"
        FROM "Epochs"
        WHERE "RunId" = {parent.Id} AND "Number" BETWEEN {first} AND {first + EpochsPerCopy - 1}
        """);

    private static void CopyChunks(TrainingDbContext database, Run run, Run parent, CopiedCheckpoint checkpoint, int first) =>
        database.Database.ExecuteSql($"""
            INSERT INTO "RunChunks" ("RunId", "ChunkSet", "Number", "Bytes", "Sha256")
            SELECT {run.Id}, {checkpoint.Copy.ChunkSet}, "Number", "Bytes", "Sha256" FROM "RunChunks"
            WHERE "RunId" = {parent.Id} AND "ChunkSet" = {checkpoint.Source.ChunkSet}
                AND "Number" BETWEEN {first} AND {first + ChunksPerCopy - 1}
            """);

    /// <summary>Makes the new run visible once it has everything.</summary>
    private static void CompleteIf(bool isWhole, TrainingDbContext database, Run run, CopiedCheckpoint? checkpoint)
    {
        if (!isWhole)
        {
            return;
        }

        if (checkpoint is not null)
        {
            database.SaveCheckpoint(run.Id, checkpoint.Source.Epoch, checkpoint.Copy);
        }

        Copying(database, run.Id).ExecuteUpdate(copy => copy.SetProperty(copy => copy.CopyLeaseUntil, (long?)null));
    }

    private static RefusedException ParentDeleted(Run parent) =>
        new("runNotFound", "id", $"Run {parent.Id} was deleted while it was being continued.");

    /// <summary>Deletes incomplete runs whose process was killed.</summary>
    private async Task DeleteAbandonedCopies()
    {
        var now = Now;
        await using var database = await contexts.CreateDbContextAsync();
        if (await Abandoned(database, now).AnyAsync())
        {
            await writer.Write(writing => { Abandoned(writing, now).ExecuteDelete(); });
        }
    }

    /// <summary>If this fails as well, the lease expires, and the next start or copy deletes the rows.</summary>
    private async Task TryDeleteCopy(long id)
    {
        try
        {
            await writer.Write(database => { Copying(database, id).ExecuteDelete(); });
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException)
        {
            // the caller gets the failure that came first
        }
    }

    private static IQueryable<Run> Copying(TrainingDbContext database, long id) =>
        database.Runs.IgnoreQueryFilters().Where(run => run.Id == id && run.CopyLeaseUntil != null);

    private static IQueryable<Run> Abandoned(TrainingDbContext database, long deadline) =>
        database.Runs.IgnoreQueryFilters().Where(run => run.CopyLeaseUntil < deadline);

    /// <summary>A checkpoint of the parent, and the first piece of the new run's copy.</summary>
    private sealed record CopiedCheckpoint(Checkpoint Source, FirstPiece Copy);
}

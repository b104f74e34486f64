using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>Saves checkpoints in two alternating slots, and verifies their checksums before it loads one.</summary>
public static class Checkpoints
{
    /// <summary>Loads the run's newest undamaged checkpoint, or null if there is none.</summary>
    /// <param name="database">Only read from.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="damaged">Called with the epoch of every checkpoint whose checksum does not match.</param>
    public static TrainerState? LoadCheckpoint(this TrainingDbContext database, long runId, Action<int> damaged) =>
        database.UseNewest(runId, (_, bytes) => TrainerState.Load(bytes), damaged);

    /// <summary>Finds the run's newest undamaged checkpoint without loading it, or null if there is none.</summary>
    internal static Checkpoint? FindCheckpoint(this TrainingDbContext database, long runId) => database.UseNewest(
        runId,
        (checkpoint, bytes) =>
        {
            bytes.ReadToEnd();
            return checkpoint;
        },
        damaged: _ => { });

    /// <summary>Replaces the checkpoint in the older slot.</summary>
    internal static void SaveCheckpoint(this TrainingDbContext database, long runId, int epoch, FirstPiece first)
    {
        var slot = database.NewestSlot(runId) is { } newest ? 1 - newest : 0;
        database.Checkpoints.Where(known => known.RunId == runId && known.Slot == slot).ExecuteDelete();
        database.Checkpoints.Add(new()
        {
            RunId = runId,
            Slot = slot,
            Epoch = epoch,
            Bytes = first.Bytes,
            Sha256 = first.Sha256,
            ChunkSet = first.ChunkSet,
            Chunks = first.Chunks,
        });
    }

    /// <summary>Deletes the older of two checkpoints, so that a run never has three while a new one is written.</summary>
    internal static void DeleteOlderCheckpoint(this TrainingDbContext database, long runId)
    {
        var newest = database.NewestSlot(runId);
        database.Checkpoints.Where(known => known.RunId == runId && known.Slot != newest).ExecuteDelete();
    }

    private static int? NewestSlot(this TrainingDbContext database, long runId) => database.Checkpoints
        .Where(known => known.RunId == runId).OrderByDescending(known => known.Epoch).Select(known => (int?)known.Slot).FirstOrDefault();

    private static T? UseNewest<T>(
        this TrainingDbContext database, long runId, Func<Checkpoint, VerifiedStream, T> use, Action<int> damaged)
        where T : class
    {
        var checkpoints = database.Checkpoints.AsNoTracking().Where(known => known.RunId == runId);
        foreach (var slot in checkpoints.OrderByDescending(known => known.Epoch).Select(known => known.Slot).ToList())
        {
            if (checkpoints.SingleOrDefault(known => known.Slot == slot) is not { } checkpoint)
            {
                continue; // the run was deleted after its slots were read
            }

            try
            {
                return use(checkpoint, new(database, checkpoint));
            }
            catch (DamagedBytesException)
            {
                damaged(checkpoint.Epoch);
            }
        }

        return null;
    }
}

using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>Saves checkpoints in two alternating slots, and verifies their checksums before it loads one.</summary>
public static class Checkpoints
{
    /// <summary>Overwrites the older slot.</summary>
    internal static void SaveCheckpoint(this TrainingDbContext database, long runId, TrainerState state)
    {
        var newest = database.Checkpoints.Where(known => known.RunId == runId)
            .OrderByDescending(known => known.Epoch).Select(known => (int?)known.Slot).FirstOrDefault();
        var slot = newest is null ? 0 : 1 - newest.Value;
        var bytes = state.Save();
        database.Checkpoints.Where(known => known.RunId == runId && known.Slot == slot).ExecuteDelete();
        database.Checkpoints.Add(new Checkpoint { RunId = runId, Slot = slot, Epoch = state.Epoch, Bytes = bytes, Sha256 = Hash(bytes) });
    }

    /// <summary>Loads the run's newest undamaged checkpoint, or null if there is none.</summary>
    /// <param name="database">Is only read.</param>
    /// <param name="runId">The run's id.</param>
    /// <param name="damaged">Called with the epoch of every checkpoint whose checksum does not match.</param>
    public static TrainerState? LoadCheckpoint(this TrainingDbContext database, long runId, Action<int> damaged)
    {
        var checkpoints = database.Checkpoints.AsNoTracking().Where(known => known.RunId == runId);
        foreach (var checkpoint in checkpoints.OrderByDescending(known => known.Epoch))
        {
            if (Hash(checkpoint.Bytes) == checkpoint.Sha256)
            {
                return TrainerState.Load(checkpoint.Bytes);
            }

            damaged(checkpoint.Epoch);
        }

        return null;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

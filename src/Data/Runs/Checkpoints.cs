using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>Checkpoints in and out: two slots in turn, and a checksum that is looked at before anything else reads the bytes.</summary>
public static class Checkpoints
{
    /// <summary>Overwrites the older slot.</summary>
    internal static void SaveCheckpoint(this TrainingDbContext database, long runId, TrainerState state)
    {
        var newest = database.Checkpoints.Where(known => known.RunId == runId).OrderByDescending(known => known.Epoch).Select(known => (int?)known.Slot).FirstOrDefault();
        var slot = newest is null ? 0 : 1 - newest.Value;
        var bytes = state.Save();
        database.Checkpoints.Where(known => known.RunId == runId && known.Slot == slot).ExecuteDelete();
        database.Checkpoints.Add(new Checkpoint { RunId = runId, Slot = slot, Epoch = state.Epoch, Bytes = bytes, Sha256 = Hash(bytes) });
    }

    /// <summary>The newest undamaged state, or null to begin at the beginning.</summary>
    /// <param name="database">Reads.</param>
    /// <param name="runId">The run.</param>
    /// <param name="damaged">Receives the epoch of every checkpoint whose bytes are not what was saved.</param>
    public static TrainerState? LoadCheckpoint(this TrainingDbContext database, long runId, Action<int> damaged)
    {
        foreach (var checkpoint in database.Checkpoints.AsNoTracking().Where(known => known.RunId == runId).OrderByDescending(known => known.Epoch))
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

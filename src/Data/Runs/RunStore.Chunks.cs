using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Velodrome.Data.Chunks;
using Velodrome.Data.Damage;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <remarks>
/// A large checkpoint or model is written piece by piece. Each piece has its own transaction, so that other writes and the renewals of
/// leases do not wait for all of it. Its row is written last, together with the epochs. If the process is killed before, the run keeps its
/// earlier checkpoint, and no row refers to the new chunks. They are deleted before the next large checkpoint is written, or when the run
/// ends.
/// </remarks>
public sealed partial class RunStore
{
    /// <summary>Chunks that one write deletes. This takes some tens of milliseconds.</summary>
    private const int ChunksPerDeletion = 8;

    /// <summary>Length of a piece. Tests make it smaller.</summary>
    public int ChunkSize { get; init; } = RunChunk.Size;

    private async Task<FirstPiece?> StoreChunks(RunClaim claim, TrainerState? checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint is null)
        {
            return null;
        }

        using var bytes = checkpoint.OpenRead();
        if (bytes.Length > ChunkSize)
        {
            await writer.Write(database =>
            {
                Renew(database, claim);
                database.DeleteOlderCheckpoint(claim.RunId);
            });
            await DeleteUnusedChunks(claim.RunId, database => Renew(database, claim), cancellationToken);
        }

        return await StoreChunks(claim, bytes, cancellationToken);
    }

    /// <summary>Stores everything but the first piece.</summary>
    /// <param name="claim">Renewed with each chunk.</param>
    /// <param name="bytes">Read from its start to its end.</param>
    /// <param name="cancellationToken">Checked before each chunk. No row refers to the chunks that are stored by then.</param>
    /// <returns>The first piece, for the row.</returns>
    private async Task<FirstPiece> StoreChunks(RunClaim claim, Stream bytes, CancellationToken cancellationToken)
    {
        var first = ReadPiece(bytes, buffer: null);
        var (set, chunks) = (bytes.Position < bytes.Length ? NewChunkSet() : 0, 0);
        for (byte[]? buffer = null; bytes.Position < bytes.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            buffer = ReadPiece(bytes, buffer);
            var chunk = new RunChunk
            {
                RunId = claim.RunId,
                ChunkSet = set,
                Number = ++chunks,
                Bytes = buffer,
                Sha256 = Checksum.Of(buffer),
            };
            await writer.Write(database =>
            {
                Renew(database, claim);
                database.RunChunks.Add(chunk);
            });
        }

        return new(first, Checksum.Of(first), set, chunks);
    }

    /// <param name="bytes">Read from its current position.</param>
    /// <param name="buffer">Reused if it has the right length.</param>
    private byte[] ReadPiece(Stream bytes, byte[]? buffer)
    {
        var length = (int)Math.Min(ChunkSize, bytes.Length - bytes.Position);
        var piece = buffer?.Length == length ? buffer : new byte[length];
        bytes.ReadExactly(piece);
        return piece;
    }

    private static long NewChunkSet() => System.Random.Shared.NextInt64(1, long.MaxValue);

    /// <summary>Deletes the chunks of a run to which no row refers.</summary>
    /// <param name="runId">The run's id.</param>
    /// <param name="hold">Throws if another worker may be writing chunks of the run.</param>
    /// <param name="cancellationToken">Checked before each deletion.</param>
    private async Task DeleteUnusedChunks(long runId, Action<TrainingDbContext> hold, CancellationToken cancellationToken)
    {
        var unused = await writer.Write(database =>
        {
            hold(database);
            var used = database.Checkpoints.Where(row => row.RunId == runId).Select(row => row.ChunkSet)
                .Concat(database.Models.Where(row => row.RunId == runId).Select(row => row.ChunkSet)).ToList();
            return ChunkRanges(database.RunChunks.Where(chunk => chunk.RunId == runId && !used.Contains(chunk.ChunkSet)));
        });
        foreach (var range in unused)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await writer.Write(database =>
            {
                hold(database); // as long as it does not throw, no other worker adds a row for these chunks
                Delete(database, runId, range);
            });
        }
    }

    /// <summary>Divides chunks of a run into ranges. One write deletes one range.</summary>
    private static List<ChunkRange> ChunkRanges(IQueryable<RunChunk> chunks) =>
    [
        .. chunks.Select(chunk => new { chunk.ChunkSet, chunk.Number }).ToList()
            .GroupBy(chunk => (chunk.ChunkSet, Part: chunk.Number / ChunksPerDeletion))
            .Select(part => new ChunkRange(part.Key.ChunkSet, part.Min(chunk => chunk.Number), part.Max(chunk => chunk.Number))),
    ];

    private static void Delete(TrainingDbContext database, long runId, ChunkRange range) => database.RunChunks
        .Where(chunk => chunk.RunId == runId && chunk.ChunkSet == range.Set
            && chunk.Number >= range.First && chunk.Number <= range.Last)
        .ExecuteDelete();

    /// <summary>Deletes chunks that an interrupted write of an ended run has left. If this fails, they are deleted with the run.</summary>
    private async Task TryDeleteUnusedChunks(long runId)
    {
        try
        {
            await DeleteUnusedChunks(runId, database => ThrowIfNotEnded(database, runId), CancellationToken.None);
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException)
        {
            // the run has ended, which is what the caller asked for
        }
    }

    /// <summary>No worker writes chunks of a run that has ended.</summary>
    private static void ThrowIfNotEnded(TrainingDbContext database, long runId)
    {
        if (!database.Runs.Any(run => run.Id == runId && run.FinishedAt != null))
        {
            throw new InvalidOperationException($"Run {runId} has not ended, or was deleted.");
        }
    }

    /// <summary>Chunks with consecutive numbers.</summary>
    private sealed record ChunkRange(long Set, int First, int Last);
}

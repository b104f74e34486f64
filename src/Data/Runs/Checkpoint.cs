using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Data.Chunks;

namespace Velodrome.Data.Runs;

/// <summary>The state of a training after an epoch, from which it can be resumed.</summary>
public sealed class Checkpoint : IChunked
{
    public required long RunId { get; init; }

    /// <summary>0 or 1, alternating: if the newest checkpoint is damaged, the one before is still there.</summary>
    public required int Slot { get; init; }

    /// <summary>The last epoch that was trained.</summary>
    public required int Epoch { get; init; }

    /// <summary>A <see cref="Training.Fitting.TrainerState"/>, or its first piece.</summary>
    public required byte[] Bytes { get; init; }

    public required string Sha256 { get; init; }

    public long ChunkSet { get; init; }

    public int Chunks { get; init; }
}

internal sealed class CheckpointMapping : IEntityTypeConfiguration<Checkpoint>
{
    public void Configure(EntityTypeBuilder<Checkpoint> builder) => builder.HasKey(checkpoint => new { checkpoint.RunId, checkpoint.Slot });
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Runs;

/// <summary>The state of a training after an epoch, from which it can be resumed.</summary>
public sealed class Checkpoint
{
    public required long RunId { get; init; }

    /// <summary>0 or 1, alternating: if the newest checkpoint is damaged, the one before is still there.</summary>
    public required int Slot { get; init; }

    /// <summary>The last epoch that was trained.</summary>
    public required int Epoch { get; init; }

    /// <summary>A <see cref="Training.Fitting.TrainerState"/>, as its Save method writes it.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

internal sealed class CheckpointMapping : IEntityTypeConfiguration<Checkpoint>
{
    public void Configure(EntityTypeBuilder<Checkpoint> builder) => builder.HasKey(checkpoint => new { checkpoint.RunId, checkpoint.Slot });
}

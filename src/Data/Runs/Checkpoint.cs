using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Runs;

/// <summary>A training between two epochs, to go on from.</summary>
public sealed class Checkpoint
{
    public required long RunId { get; init; }

    /// <summary>0 or 1 in turn, so that a damaged one leaves the other.</summary>
    public required int Slot { get; init; }

    /// <summary>The last epoch trained.</summary>
    public required int Epoch { get; init; }

    /// <summary>As TrainerState saves it.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

internal sealed class CheckpointMapping : IEntityTypeConfiguration<Checkpoint>
{
    public void Configure(EntityTypeBuilder<Checkpoint> builder) => builder.HasKey(checkpoint => new { checkpoint.RunId, checkpoint.Slot });
}

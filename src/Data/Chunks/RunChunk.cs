using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Chunks;

/// <summary>
/// A piece of a checkpoint or model that is too large for a row. The row itself holds the first piece, so most runs have no chunks.
/// </summary>
public sealed class RunChunk
{
    /// <summary>Length of every piece but the last. A piece is one short transaction: 4 MiB take some tens of milliseconds.</summary>
    public const int Size = 4 << 20;

    public required long RunId { get; init; }

    /// <summary>The checkpoint's or model's <see cref="IChunked.ChunkSet"/>.</summary>
    public required long ChunkSet { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    public required byte[] Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

internal sealed class RunChunkMapping : IEntityTypeConfiguration<RunChunk>
{
    public void Configure(EntityTypeBuilder<RunChunk> builder)
    {
        builder.HasKey(chunk => new { chunk.RunId, chunk.ChunkSet, chunk.Number });
        builder.Property(chunk => chunk.Sha256).HasMaxLength(64);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Datasets;

/// <summary>
/// A piece of the bytes that a version adds to a dataset's CSV. A large file streams in and out in chunks and is never in memory as a
/// whole.
/// </summary>
public sealed class DatasetChunk
{
    /// <summary>Length of every chunk but the last of a version.</summary>
    public const int Size = 1 << 20;

    /// <summary>The version that added it. Later versions share it.</summary>
    public required long DatasetId { get; init; }

    /// <summary>The chunk's number in its version, from 0.</summary>
    public required int Number { get; init; }

    public required byte[] Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal; null in chunks that an earlier version stored.</summary>
    public string? Sha256 { get; init; }
}

internal sealed class DatasetChunkMapping : IEntityTypeConfiguration<DatasetChunk>
{
    public void Configure(EntityTypeBuilder<DatasetChunk> builder)
    {
        builder.HasKey(chunk => new { chunk.DatasetId, chunk.Number });
        builder.Property(chunk => chunk.Sha256).HasMaxLength(64);
    }
}

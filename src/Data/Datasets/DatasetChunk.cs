using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Datasets;

/// <summary>A piece of a dataset's CSV. A large file streams in and out in chunks and is never in memory as a whole.</summary>
public sealed class DatasetChunk
{
    /// <summary>Length of every chunk but the last.</summary>
    public const int Size = 1 << 20;

    public required long DatasetId { get; init; }

    /// <summary>From 0.</summary>
    public required int Number { get; init; }

    public required byte[] Bytes { get; init; }
}

internal sealed class DatasetChunkMapping : IEntityTypeConfiguration<DatasetChunk>
{
    public void Configure(EntityTypeBuilder<DatasetChunk> builder) =>
        builder.HasKey(chunk => new { chunk.DatasetId, chunk.Number });
}

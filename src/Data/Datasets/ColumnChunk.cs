using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Datasets;

/// <summary>
/// Values of a column, in a file of their own that is read without parsing text. It repeats what is in the CSV: if it is missing or
/// damaged, the CSV is read.
/// </summary>
public sealed class ColumnChunk
{
    /// <summary>Values in every chunk but the last of a version: 1 MiB of numbers.</summary>
    public const int Rows = 1 << 17;

    /// <summary>The version that added the rows. Later versions share them.</summary>
    public required long DatasetId { get; init; }

    /// <summary>The column's index in <see cref="Dataset.Columns"/>.</summary>
    public required int Column { get; init; }

    /// <summary>The chunk's number in its version, from 0.</summary>
    public required int Number { get; init; }

    public required byte[] Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

internal sealed class ColumnChunkMapping : IEntityTypeConfiguration<ColumnChunk>
{
    public void Configure(EntityTypeBuilder<ColumnChunk> builder)
    {
        builder.HasKey(chunk => new { chunk.DatasetId, chunk.Column, chunk.Number });
        builder.Property(chunk => chunk.Sha256).HasMaxLength(64);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(chunk => chunk.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}

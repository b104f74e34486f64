using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Training.Tables;

namespace Velodrome.Data.Datasets;

/// <summary>A table that was uploaded, and what stands in it. Never changes once stored; its CSV lies in <see cref="DatasetChunk"/>s.</summary>
public sealed class Dataset
{
    public const int MaxNameLength = 100;

    public long Id { get; init; }

    /// <summary>What callers know it by; unique.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the CSV, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length of the CSV.</summary>
    public required long Bytes { get; init; }

    /// <summary>Rows below the header.</summary>
    public required int Rows { get; init; }

    /// <summary>The columns in the order of the file.</summary>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    public required IReadOnlyList<DatasetWarning> Warnings { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }
}

internal sealed class DatasetMapping : IEntityTypeConfiguration<Dataset>
{
    public void Configure(EntityTypeBuilder<Dataset> builder)
    {
        builder.Property(dataset => dataset.Name).HasMaxLength(Dataset.MaxNameLength);
        builder.HasIndex(dataset => dataset.Name).IsUnique();
        builder.Property(dataset => dataset.Sha256).HasMaxLength(64);
        builder.Property(dataset => dataset.Columns).HasJsonConversion();
        builder.Property(dataset => dataset.Warnings).HasJsonConversion();
        builder.HasMany<DatasetChunk>().WithOne().HasForeignKey(chunk => chunk.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}

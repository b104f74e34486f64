using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Training.Tables;

namespace Velodrome.Data.Datasets;

/// <summary>An uploaded table with its profile. Its CSV is stored as <see cref="DatasetChunk"/>s. It never changes once complete.</summary>
public sealed class Dataset
{
    public const int MaxNameLength = 100;

    public long Id { get; internal set; }

    /// <summary>The name that callers use; unique among complete datasets.</summary>
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

    /// <summary>
    /// Null once every chunk is stored. Before that, the time (Unix milliseconds) at which the import counts as abandoned; each
    /// chunk extends it. Queries do not see a dataset that is not complete.
    /// </summary>
    public long? ImportLeaseUntil { get; set; }
}

internal sealed class DatasetMapping : IEntityTypeConfiguration<Dataset>
{
    public void Configure(EntityTypeBuilder<Dataset> builder)
    {
        builder.Property(dataset => dataset.Name).HasMaxLength(Dataset.MaxNameLength);
        builder.HasIndex(dataset => dataset.Name).IsUnique().HasFilter($"\"{nameof(Dataset.ImportLeaseUntil)}\" IS NULL");
        builder.HasQueryFilter(dataset => dataset.ImportLeaseUntil == null);
        builder.Property(dataset => dataset.Sha256).HasMaxLength(64);
        builder.Property(dataset => dataset.Columns).HasJsonConversion();
        builder.Property(dataset => dataset.Warnings).HasJsonConversion();
        builder.HasMany<DatasetChunk>().WithOne().HasForeignKey(chunk => chunk.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}

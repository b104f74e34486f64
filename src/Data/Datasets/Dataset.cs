using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Data.Runs;
using Velodrome.Training.Tables;
using Velodrome.Training.Tables.Reading;

namespace Velodrome.Data.Datasets;

/// <summary>
/// One version of an uploaded table, with its profile. Its CSV is stored as <see cref="DatasetChunk"/>s. Rows that are appended make a
/// new version: its CSV is that of the version before and the chunks that it adds. A version never changes once it is complete.
/// </summary>
public sealed class Dataset
{
    public const int MaxNameLength = 100;

    public long Id { get; internal set; }

    /// <summary>The name that callers use. All versions of a dataset have it; among complete ones, name and version are unique.</summary>
    public required string Name { get; init; }

    /// <summary>From 1. Each version has the rows of the one before, and more.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Id of version 1; null for version 1 itself.</summary>
    public long? FirstVersionId { get; init; }

    /// <summary>Bytes at the beginning of the CSV that are the version before, and are not stored again; 0 for version 1.</summary>
    public long SharedBytes { get; init; }

    /// <summary>SHA-256 of the CSV, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length of the CSV, with the shared bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Rows below the header.</summary>
    public required int Rows { get; init; }

    /// <summary>The columns in the order of the file.</summary>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    public required IReadOnlyList<DatasetWarning> Warnings { get; init; }

    /// <summary>How the CSV is understood; null if it was uploaded before readings were stored.</summary>
    public TableReading? Reading { get; init; }

    /// <summary>The stored reading, or what an earlier version understood.</summary>
    public TableReading ReadingOrDefault =>
        Reading ?? TableReading.WithoutDetection(Columns.Select(column => (column.Name, column.Kind)));

    /// <summary>The name of the API key that uploaded it; null if it was uploaded without one.</summary>
    public string? Owner { get; init; }

    /// <summary>The time of the upload in Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>
    /// Null once every chunk is stored. Before that, the time (Unix milliseconds) at which the import counts as abandoned; each
    /// chunk extends it. Queries do not see a dataset that is not complete.
    /// </summary>
    public long? ImportLeaseUntil { get; set; }

    /// <summary>The Idempotency-Key of the request that appended this version's rows; null for none.</summary>
    public string? RequestKey { get; init; }

    /// <summary>SHA-256 of that request, lower-case hexadecimal; null without a key.</summary>
    public string? RequestSha256 { get; init; }

    /// <summary>
    /// When this version was removed, in Unix milliseconds; null if it was not. Its row and chunks stay, because later versions share the
    /// chunks, but no new run can use it.
    /// </summary>
    public long? RemovedAt { get; init; }
}

internal sealed class DatasetMapping : IEntityTypeConfiguration<Dataset>
{
    public void Configure(EntityTypeBuilder<Dataset> builder)
    {
        builder.Property(dataset => dataset.Name).HasMaxLength(Dataset.MaxNameLength);
        builder.Property(dataset => dataset.Owner).HasMaxLength(Run.MaxOwnerLength);
        builder.HasIndex(dataset => new { dataset.Name, dataset.Version }).IsUnique()
            .HasFilter($"\"{nameof(Dataset.ImportLeaseUntil)}\" IS NULL");
        builder.HasOne<Dataset>().WithMany().HasForeignKey(dataset => dataset.FirstVersionId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(dataset => dataset.RequestKey).HasMaxLength(IdempotencyKey.MaxLength);
        builder.Property(dataset => dataset.RequestSha256).HasMaxLength(64);
        builder.HasQueryFilter(dataset => dataset.ImportLeaseUntil == null);
        builder.Property(dataset => dataset.Sha256).HasMaxLength(64);
        builder.Property(dataset => dataset.Columns).HasJsonConversion();
        builder.Property(dataset => dataset.Warnings).HasJsonConversion();
        builder.Property(dataset => dataset.Reading).HasJsonConversion();
        builder.Ignore(dataset => dataset.ReadingOrDefault);
        builder.HasMany<DatasetChunk>().WithOne().HasForeignKey(chunk => chunk.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}

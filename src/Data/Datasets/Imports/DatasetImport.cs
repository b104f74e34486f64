using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Data.Runs;
using Velodrome.Training;

namespace Velodrome.Data.Datasets.Imports;

/// <summary>What an import does now, or how it ended.</summary>
public enum ImportStatus
{
    /// <summary>The file is downloaded from its URL.</summary>
    Receiving,

    /// <summary>The rows are read and checked.</summary>
    Reading,

    /// <summary>The columns are profiled that were not while the rows were read.</summary>
    Profiling,

    /// <summary>The rows are written to the database. No other request sees them yet.</summary>
    Storing,

    /// <summary>The dataset is stored.</summary>
    Succeeded,

    /// <summary>Nothing was stored; the error says why.</summary>
    Failed,

    /// <summary>Nothing was stored, because a request cancelled the import.</summary>
    Cancelled,
}

/// <summary>How far an import is.</summary>
/// <param name="Status">What it does.</param>
/// <param name="DatasetName">The dataset's name; null until the downloaded file says it.</param>
/// <param name="ReceivedBytes">Bytes that were received.</param>
/// <param name="TotalBytes">Length of the file; null while it is unknown.</param>
/// <param name="Rows">Rows that were read.</param>
/// <param name="Fraction">The part, 0 to 1, that is done of what the status names; null while it is unknown.</param>
public sealed record ImportState(
    ImportStatus Status, string? DatasetName, long ReceivedBytes, long? TotalBytes, int Rows, double? Fraction);

/// <summary>
/// A file that a process stores as a dataset in the background. Once it has ended, its row never changes. An import that has not reported
/// for <see cref="ImportStore.ReportTimeout"/> is interrupted: its process is gone.
/// </summary>
public sealed class DatasetImport
{
    public long Id { get; internal set; }

    /// <summary>Null until the downloaded file says it.</summary>
    public string? DatasetName { get; init; }

    /// <summary>The version that was stored; null until the import has succeeded.</summary>
    public int? DatasetVersion { get; init; }

    /// <summary>The name of the API key that started it; null if it was started without one.</summary>
    public string? Owner { get; init; }

    public required ImportStatus Status { get; init; }

    public required long ReceivedBytes { get; init; }

    public required long? TotalBytes { get; init; }

    public int Rows { get; init; }

    public double? Fraction { get; init; }

    /// <summary>Why it failed; null if it has not.</summary>
    public IReadOnlyList<Fault>? Errors { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When its process reported last, in Unix milliseconds.</summary>
    public required long UpdatedAt { get; init; }

    /// <summary>Unix milliseconds; null until it has ended.</summary>
    public long? FinishedAt { get; init; }
}

internal sealed class DatasetImportMapping : IEntityTypeConfiguration<DatasetImport>
{
    public void Configure(EntityTypeBuilder<DatasetImport> builder)
    {
        builder.ToTable("Imports");
        builder.Property(import => import.DatasetName).HasMaxLength(Dataset.MaxNameLength);
        builder.Property(import => import.Owner).HasMaxLength(Run.MaxOwnerLength);
        builder.Property(import => import.Status).HasConversion<string>().HasMaxLength(16);
        builder.Property(import => import.Errors).HasJsonConversion();
        builder.HasIndex(import => import.FinishedAt);
    }
}

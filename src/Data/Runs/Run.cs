using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Data.Chunks;
using Velodrome.Data.Datasets;
using Velodrome.Training.Checks;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Data.Runs;

/// <summary>The state of a run. <see cref="RunStore"/> lists the transitions.</summary>
public enum RunStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>
/// One training: its settings, its progress and its result. This row is the source of truth; a job in the queue contains only its id.
/// </summary>
public sealed class Run
{
    public const int MaxNameLength = 200;

    public const int MaxOwnerLength = 200;

    /// <summary>Truncates a generated name. Never splits a surrogate pair, because PostgreSQL refuses half of one.</summary>
    public static string TruncateName(string name) => name.Length <= MaxNameLength ? name
        : name[..(char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)];

    public long Id { get; init; }

    public required string Name { get; init; }

    public RunStatus Status { get; set; }

    public required long DatasetId { get; init; }

    /// <summary>The dataset that the validation rows come from; null if they are part of the run's dataset.</summary>
    public long? ValidationDatasetId { get; init; }

    /// <summary>The dataset that the test rows come from; null if they are part of the run's dataset, or if there are none.</summary>
    public long? TestDatasetId { get; init; }

    /// <summary>The run that this run continues; null for none.</summary>
    public long? ParentId { get; init; }

    /// <summary>The name of the API key that started the run; null if it was started without one.</summary>
    public string? Owner { get; init; }

    /// <summary>
    /// Null once the run has everything of the run that it continues. Before that, the time (Unix milliseconds) at which the copy counts as
    /// abandoned; each part extends it. A large run that is being deleted has such a time again. Queries do not see a run that is not
    /// complete.
    /// </summary>
    public long? CopyLeaseUntil { get; set; }

    public required RunSpec Spec { get; init; }

    public required RunSplit Split { get; init; }

    /// <summary>Problems that were found in the data or the request when the run was accepted.</summary>
    public required IReadOnlyList<RunWarning> Warnings { get; init; }

    /// <summary>Validation loss of the trivial baseline: the mean of the training rows, or the frequencies of their classes.</summary>
    public double? BaselineLoss { get; init; }

    /// <summary>The fencing token. Every claim raises it, and a worker with an older token can no longer write.</summary>
    public long Token { get; set; }

    /// <summary>The worker that holds the newest claim, see <see cref="WorkerName"/>; null for none.</summary>
    public string? LeaseOwner { get; set; }

    /// <summary>When the claim ends unless it is renewed. Any worker may then claim the run.</summary>
    public long? LeaseUntil { get; set; }

    /// <summary>Claims since an epoch was last recorded, the run was released, or the database failed.</summary>
    public int Attempts { get; set; }

    /// <summary>True if the run's worker is to stop training.</summary>
    public bool CancelRequested { get; set; }

    /// <summary>When the run was last added to the queue.</summary>
    public long? EnqueuedAt { get; set; }

    /// <summary>The last recorded epoch; null before epoch 0.</summary>
    public int? LastEpoch { get; set; }

    public int? BestEpoch { get; set; }

    public double? BestValidationLoss { get; set; }

    public StopReason? StopReason { get; set; }

    public RunEvaluation? Evaluation { get; set; }

    public Verdict? Verdict { get; set; }

    /// <summary>The code of <see cref="Verdict"/>, in a separate column so that queries can filter by it.</summary>
    public VerdictCode? VerdictCode { get; set; }

    /// <summary>SHA-256 of the best epoch's weights, lower-case hexadecimal.</summary>
    public string? WeightsSha256 { get; set; }

    public RunError? Error { get; set; }

    /// <summary>Unix milliseconds, like all times.</summary>
    public required long CreatedAt { get; init; }

    public long? StartedAt { get; set; }

    public long? FinishedAt { get; set; }
}

internal sealed class RunMapping : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.Property(run => run.Name).HasMaxLength(Run.MaxNameLength);
        builder.Property(run => run.Status).HasConversion<string>().HasMaxLength(16);
        builder.Property(run => run.StopReason).HasConversion<string>().HasMaxLength(16);
        builder.Property(run => run.VerdictCode).HasConversion<string>().HasMaxLength(16);
        builder.Property(run => run.Spec).HasJsonConversion();
        builder.Property(run => run.Split).HasJsonConversion();
        builder.Property(run => run.Warnings).HasJsonConversion();
        builder.Property(run => run.Verdict).HasJsonConversion();
        builder.Property(run => run.Evaluation).HasJsonConversion();
        builder.Property(run => run.Error).HasJsonConversion();
        builder.Property(run => run.LeaseOwner).HasMaxLength(100);
        builder.Property(run => run.WeightsSha256).HasMaxLength(64);
        builder.Property(run => run.Owner).HasMaxLength(Run.MaxOwnerLength);
        builder.HasQueryFilter(run => run.CopyLeaseUntil == null);
        builder.HasIndex(run => run.Status);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(run => run.DatasetId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(run => run.ValidationDatasetId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(run => run.TestDatasetId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Run>().WithMany().HasForeignKey(run => run.ParentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany<Epoch>().WithOne().HasForeignKey(epoch => epoch.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany<Checkpoint>().WithOne().HasForeignKey(checkpoint => checkpoint.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany<RunChunk>().WithOne().HasForeignKey(chunk => chunk.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Model>().WithOne().HasForeignKey<Model>(model => model.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}

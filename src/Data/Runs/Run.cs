using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Data.Datasets;
using Velodrome.Training.Checks;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;
using Velodrome.Training.Verdicts;

namespace Velodrome.Data.Runs;

/// <summary>Where a run is in its life.</summary>
public enum RunStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>One training: what was asked for, how far it is, and what came of it. The row is the truth; the queue only rings.</summary>
public sealed class Run
{
    public const int MaxNameLength = 200;

    /// <summary>A name that we made up, cut where it is too long; not within a character of two halves, which PostgreSQL refuses.</summary>
    public static string TruncateName(string name) => name.Length <= MaxNameLength ? name
        : name[..(char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)];

    public long Id { get; init; }

    public required string Name { get; init; }

    public RunStatus Status { get; set; }

    public required long DatasetId { get; init; }

    /// <summary>The dataset that judges, where the split says so.</summary>
    public long? ValidationDatasetId { get; init; }

    /// <summary>The dataset that is looked at once, where the split says so.</summary>
    public long? TestDatasetId { get; init; }

    /// <summary>The run that this one goes on from.</summary>
    public long? ParentId { get; init; }

    public required RunSpec Spec { get; init; }

    public required RunSplit Split { get; init; }

    /// <summary>What was found amiss when the run was accepted.</summary>
    public required IReadOnlyList<RunWarning> Warnings { get; init; }

    /// <summary>Validation loss of the answer that looks at no feature, the training rows' mean or their classes' shares.</summary>
    public double? BaselineLoss { get; init; }

    /// <summary>Raised by every claim: who holds an older one may no longer write.</summary>
    public long Token { get; set; }

    /// <summary>Who holds the newest claim.</summary>
    public string? LeaseOwner { get; set; }

    /// <summary>Until when, unless renewed; afterwards anybody may claim the run.</summary>
    public long? LeaseUntil { get; set; }

    /// <summary>Claims since the last epoch was recorded.</summary>
    public int Attempts { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>When the queue was last told of the run.</summary>
    public long? EnqueuedAt { get; set; }

    /// <summary>The last epoch recorded; null before epoch 0.</summary>
    public int? LastEpoch { get; set; }

    public int? BestEpoch { get; set; }

    public double? BestValidationLoss { get; set; }

    public StopReason? StopReason { get; set; }

    public RunEvaluation? Evaluation { get; set; }

    public Verdict? Verdict { get; set; }

    /// <summary>The verdict's, beside it to be asked for.</summary>
    public VerdictCode? VerdictCode { get; set; }

    /// <summary>SHA-256 of the best epoch's weights, lower-case hexadecimal.</summary>
    public string? WeightsSha256 { get; set; }

    public RunError? Error { get; set; }

    /// <summary>Unix milliseconds, as all times.</summary>
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
        builder.HasIndex(run => run.Status);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(run => run.DatasetId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(run => run.ValidationDatasetId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Dataset>().WithMany().HasForeignKey(run => run.TestDatasetId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Run>().WithMany().HasForeignKey(run => run.ParentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany<Epoch>().WithOne().HasForeignKey(epoch => epoch.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany<Checkpoint>().WithOne().HasForeignKey(checkpoint => checkpoint.RunId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Model>().WithOne().HasForeignKey<Model>(model => model.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}

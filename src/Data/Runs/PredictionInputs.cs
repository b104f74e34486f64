using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Velodrome.Data.Runs;

/// <summary>Counts of the rows that predictions of a run were asked for. They contain no value of a cell.</summary>
public sealed class PredictionInputs
{
    public required long RunId { get; init; }

    /// <summary>When the first of the rows came, in Unix milliseconds.</summary>
    public required long Since { get; set; }

    /// <summary>When the last of the rows came, in Unix milliseconds.</summary>
    public required long Until { get; set; }

    public required long Rows { get; set; }

    /// <summary>Rows of each bin or level of each feature, in the order of <see cref="Training.Drift.InputLayout"/>.</summary>
    public required IReadOnlyList<long> Counts { get; set; }
}

internal sealed class PredictionInputsMapping : IEntityTypeConfiguration<PredictionInputs>
{
    public void Configure(EntityTypeBuilder<PredictionInputs> builder)
    {
        builder.HasKey(inputs => inputs.RunId);
        builder.Property(inputs => inputs.RunId).ValueGeneratedNever();
        builder.Property(inputs => inputs.Counts).HasJsonConversion();
        builder.HasOne<Run>().WithOne().HasForeignKey<PredictionInputs>(inputs => inputs.RunId).OnDelete(DeleteBehavior.Cascade);
    }
}

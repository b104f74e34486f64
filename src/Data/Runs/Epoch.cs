using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Velodrome.Training.Fitting;

namespace Velodrome.Data.Runs;

/// <summary>One epoch of a run's history.</summary>
public sealed class Epoch
{
    public required long RunId { get; init; }

    /// <summary>The epoch's number; 0 is the untrained network.</summary>
    public required int Number { get; init; }

    /// <summary>Null where it was not finite.</summary>
    public required double? TrainLoss { get; init; }

    /// <summary>Null where it was not finite.</summary>
    public required double? ValidationLoss { get; init; }

    public required double LearningRate { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The losses of each network of several, see <see cref="MemberBytes"/>; null for a single network.</summary>
    public byte[]? Members { get; init; }

    /// <summary>The figures of the epoch without those of its members, which a resumed run does not need.</summary>
    public EpochMetrics ToMetrics() => new(Number, TrainLoss ?? double.NaN, ValidationLoss ?? double.NaN, LearningRate, Seconds);
}

internal sealed class EpochMapping : IEntityTypeConfiguration<Epoch>
{
    public void Configure(EntityTypeBuilder<Epoch> builder) => builder.HasKey(epoch => new { epoch.RunId, epoch.Number });
}

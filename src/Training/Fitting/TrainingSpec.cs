using Velodrome.Training.Losses;

namespace Velodrome.Training.Fitting;

/// <summary>The settings of training, with every default filled in. The members are those of
/// <see cref="TrainingOptions"/>; its BalanceClasses becomes <see cref="ClassWeights"/>.</summary>
public sealed record TrainingSpec
{
    /// <inheritdoc cref="TrainingOptions.Epochs"/>
    public required int Epochs { get; init; }

    /// <inheritdoc cref="TrainingOptions.BatchSize"/>
    public required int BatchSize { get; init; }

    /// <inheritdoc cref="TrainingOptions.Optimizer"/>
    public required OptimizerKind Optimizer { get; init; }

    /// <inheritdoc cref="TrainingOptions.LearningRate"/>
    public required double LearningRate { get; init; }

    /// <summary>How the learning rate changes; never auto. Constant for runs that were stored before there were schedules.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Constant;

    /// <inheritdoc cref="TrainingOptions.WarmupFraction"/>
    public double? WarmupFraction { get; init; }

    /// <inheritdoc cref="TrainingOptions.Momentum"/>
    public double? Momentum { get; init; }

    /// <inheritdoc cref="TrainingOptions.WeightDecay"/>
    public double WeightDecay { get; init; }

    /// <inheritdoc cref="TrainingOptions.Loss"/>
    public required LossKind Loss { get; init; }

    /// <summary>The quantile to predict; null for other losses than that of quantiles.</summary>
    public double? Quantile { get; init; }

    /// <summary>The weight of a row of each class; null if every row has weight 1.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <inheritdoc cref="TrainingOptions.Seed"/>
    public int Seed { get; init; }

    /// <summary>Number of networks that are trained side by side. One for runs that were stored before there could be more.</summary>
    public int Members { get; init; } = 1;

    /// <inheritdoc cref="TrainingOptions.Priority"/>
    public RunPriority Priority { get; init; } = RunPriority.Normal;
}

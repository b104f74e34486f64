namespace Velodrome.Training.Verdicts;

/// <summary>The numbers behind a verdict, with losses in the loss's own unit. They are null where there is nothing to measure, and
/// never NaN or infinite. A "level" is the median loss of several epochs, because single epochs are noisy and the lowest of many is
/// low by chance.</summary>
public sealed record Evidence
{
    /// <summary>A change counts if it exceeds this many of its standard errors: about one in forty exceeds them by chance.</summary>
    public const double StandardErrors = 2;

    /// <summary>The same limit for a rise that already exceeds its epoch noise, with the uncertainty of the rows included: about one in
    /// twenty exceeds it by chance.</summary>
    public const double RiseStandardErrors = 1.645;

    /// <summary>A rise counts if it exceeds this share of <see cref="Scale"/>.</summary>
    public const double MinRise = 0.1;

    /// <summary>An improvement over the recent epochs counts if it exceeds this share of <see cref="Scale"/>.</summary>
    public const double MinImprovement = 0.05;

    /// <summary>Number of epochs trained, without epoch 0.</summary>
    public int Epochs { get; init; }

    /// <summary>Number of validation rows.</summary>
    public int ValidationRows { get; init; }

    /// <summary>The first epoch with a loss that is not finite.</summary>
    public int? DivergedAt { get; init; }

    /// <summary>The epoch whose weights are kept.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Validation loss of that epoch.</summary>
    public double? BestLoss { get; init; }

    /// <summary>Validation loss of the last epoch.</summary>
    public double? LastLoss { get; init; }

    /// <summary>Validation loss of the trivial baseline: the mean, the quantile, or the class frequencies.</summary>
    public double? BaselineLoss { get; init; }

    /// <summary><see cref="BaselineLoss"/> minus <see cref="BestLoss"/>.</summary>
    public double? Gain { get; init; }

    /// <summary>Standard error of the gain, from the paired losses of the validation rows.</summary>
    public double? GainError { get; init; }

    /// <summary>The scale of changes: the lowest level of validation loss, or the loss that was removed by learning, whichever
    /// is smaller, but at least a fiftieth of the latter. That limit keeps changes of a loss near zero from counting.</summary>
    public double? Scale { get; init; }

    /// <summary>Standard deviation of the validation loss from epoch to epoch around its trend.</summary>
    public double? EpochNoise { get; init; }

    /// <summary>Correlation of that noise between neighbouring epochs.</summary>
    public double? EpochNoiseCorrelation { get; init; }

    /// <summary>Number of epochs in <see cref="LowestLevel"/> and <see cref="EndLevel"/>.</summary>
    public int? WindowEpochs { get; init; }

    /// <summary>The epoch with the lowest validation loss.</summary>
    public int? LowestEpoch { get; init; }

    /// <summary>Level of the validation loss around that epoch.</summary>
    public double? LowestLevel { get; init; }

    /// <summary>Level of the validation loss at the end.</summary>
    public double? EndLevel { get; init; }

    /// <summary><see cref="EndLevel"/> minus <see cref="LowestLevel"/>.</summary>
    public double? Rise { get; init; }

    /// <summary>Standard error of the rise from epoch noise alone.</summary>
    public double? RiseEpochNoise { get; init; }

    /// <summary>Standard error of the rise from epoch noise and from the paired losses of the validation rows at the best and the last
    /// epoch.</summary>
    public double? RiseError { get; init; }

    /// <summary>Fall of the training loss's level from around <see cref="LowestEpoch"/> to the end.</summary>
    public double? TrainingLossDrop { get; init; }

    /// <summary>Standard error of that fall, from the epoch noise of the training loss.</summary>
    public double? TrainingLossDropError { get; init; }

    /// <summary>Number of recent epochs: those of the last fifth of the sum of all learning rates, at least four. If the rate is constant,
    /// they are a fifth of all epochs.</summary>
    public int? RecentEpochs { get; init; }

    /// <summary>Number of epochs before them whose rates have the same sum: as many if the rate is constant.</summary>
    public int? EarlierEpochs { get; init; }

    /// <summary>Fall of the median validation loss from the earlier to the recent epochs, without <see cref="SmallerStepsFall"/>.</summary>
    public double? Improvement { get; init; }

    /// <summary>Standard error of the improvement, from epoch noise.</summary>
    public double? ImprovementError { get; init; }

    /// <summary>Fall of that loss because the learning rate fell; 0 if it is constant.</summary>
    public double? SmallerStepsFall { get; init; }

    internal bool BeatsBaseline => Gain is null || Gain > StandardErrors * (GainError ?? 0);

    internal bool StillFalling => Improvement > MinImprovement * Scale && Improvement > StandardErrors * ImprovementError
        && LowestEpoch > Epochs - RecentEpochs - EarlierEpochs;

    /// <summary>Validation loss rose beyond epoch noise while training loss fell. Other validation rows may not have shown it.</summary>
    internal bool Rose => Rise > MinRise * Scale
        && Rise > StandardErrors * RiseEpochNoise
        && TrainingLossDrop > StandardErrors * TrainingLossDropError;

    internal bool RoseBeyondNoise => Rose && Rise > RiseStandardErrors * RiseError;
}

namespace Velodrome.Training.Verdicts;

/// <summary>The numbers behind a verdict, losses in the loss's own units. Null where there is nothing to measure; never NaN or
/// infinite. A level is the median of <see cref="Window"/> epochs: single epochs jitter, and the lowest of many is low by luck.</summary>
public sealed record Evidence
{
    /// <summary>A change counts when it is larger than this many of its standard errors: about one in forty is luck.</summary>
    public const double StandardErrors = 2;

    /// <summary>The same for the rows' part in a rise, which by then has shown itself beyond jitter: about one in twenty.</summary>
    public const double RiseStandardErrors = 1.645;

    /// <summary>A rise counts from this share of <see cref="Scale"/>.</summary>
    public const double MinRise = 0.1;

    /// <summary>An improvement over the last fifth of the epochs counts from this share of <see cref="Scale"/>.</summary>
    public const double MinImprovement = 0.05;

    /// <summary>Epochs trained; epoch 0 is not among them.</summary>
    public int Epochs { get; init; }

    /// <summary>Rows that the validation loss is a mean over.</summary>
    public int ValidationRows { get; init; }

    /// <summary>The first epoch with a loss that is not finite.</summary>
    public int? DivergedAt { get; init; }

    /// <summary>The epoch whose weights are kept.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Validation loss of that epoch.</summary>
    public double? BestLoss { get; init; }

    /// <summary>Validation loss of the last epoch.</summary>
    public double? LastLoss { get; init; }

    /// <summary>Validation loss of the trivial answer.</summary>
    public double? BaselineLoss { get; init; }

    /// <summary>By how much the best epoch is better than the trivial answer.</summary>
    public double? Gain { get; init; }

    /// <summary>Standard error of the gain, from the paired losses of the validation rows.</summary>
    public double? GainError { get; init; }

    /// <summary>What changes are compared with: the lowest level of validation loss or the loss that was learnt away, whichever
    /// is smaller, but at least a fiftieth of the latter. So a loss near zero makes no mountain of its last digits.</summary>
    public double? Scale { get; init; }

    /// <summary>Standard deviation of validation loss from epoch to epoch around its trend.</summary>
    public double? EpochNoise { get; init; }

    /// <summary>Correlation of that jitter between neighbouring epochs.</summary>
    public double? EpochNoiseCorrelation { get; init; }

    /// <summary>Epochs that a level of the rise is the median of.</summary>
    public int? Window { get; init; }

    /// <summary>The epoch of the smallest validation loss.</summary>
    public int? LowestEpoch { get; init; }

    /// <summary>Level of validation loss around that epoch.</summary>
    public double? LowestLevel { get; init; }

    /// <summary>Level of validation loss at the end.</summary>
    public double? EndLevel { get; init; }

    /// <summary><see cref="EndLevel"/> less <see cref="LowestLevel"/>.</summary>
    public double? Rise { get; init; }

    /// <summary>Standard error of the rise that jitter alone would give it.</summary>
    public double? RiseEpochNoise { get; init; }

    /// <summary>Standard error of the rise: jitter, and the paired losses of the validation rows at the best and the last epoch.</summary>
    public double? RiseError { get; init; }

    /// <summary>How far the level of training loss fell from around <see cref="LowestEpoch"/> to the end.</summary>
    public double? TrainingLossDrop { get; init; }

    /// <summary>Standard error of that, from the training loss's own jitter.</summary>
    public double? TrainingLossDropError { get; init; }

    /// <summary>How many epochs the last part has: a fifth of all, at least four.</summary>
    public int? RecentEpochs { get; init; }

    /// <summary>How far the median of validation loss fell from the part before the last to the last.</summary>
    public double? Improvement { get; init; }

    /// <summary>Standard error of the improvement, from jitter.</summary>
    public double? ImprovementError { get; init; }

    internal bool BeatsBaseline => Gain is null || Gain > StandardErrors * (GainError ?? 0);

    internal bool StillFalling => Improvement > MinImprovement * Scale && Improvement > StandardErrors * ImprovementError
        && LowestEpoch > Epochs - 2 * RecentEpochs;

    /// <summary>Beyond jitter, while training loss fell. Whether other rows would have risen too is another question.</summary>
    internal bool Rose => Rise > MinRise * Scale && Rise > StandardErrors * RiseEpochNoise && TrainingLossDrop > StandardErrors * TrainingLossDropError;

    internal bool RoseBeyondNoise => Rose && Rise > RiseStandardErrors * RiseError;
}

namespace Velodrome.Training.Fitting;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>No improvement for as many epochs as patience allows.</summary>
    Patience,

    /// <summary>All epochs were trained.</summary>
    MaxEpochs,

    /// <summary>Somebody asked it to end.</summary>
    Cancelled,

    /// <summary>A loss stopped being finite.</summary>
    Diverged,
}

/// <summary>How training ended.</summary>
/// <param name="StopReason">Why.</param>
/// <param name="StoppedEpoch">The last epoch trained.</param>
/// <param name="BestEpoch">The epoch whose weights are kept; 0 when no epoch was observed with a finite loss.</param>
/// <param name="BestLoss">Its validation loss in the loss's own units.</param>
/// <param name="BestWeights">Flat parameters after the best epoch, in the layout of the network's shape.</param>
public sealed record TrainingResult(StopReason StopReason, int StoppedEpoch, int BestEpoch, double BestLoss, float[] BestWeights);

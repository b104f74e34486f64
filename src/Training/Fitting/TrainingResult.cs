namespace Velodrome.Training.Fitting;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>The validation loss did not improve for as many epochs as patience allows.</summary>
    Patience,

    /// <summary>All epochs were trained.</summary>
    MaxEpochs,

    /// <summary>The caller's token ended training: the run was cancelled, the service stops, or the lease ended.</summary>
    Cancelled,

    /// <summary>A loss was no longer finite.</summary>
    Diverged,
}

/// <summary>The result of training.</summary>
/// <param name="StopReason">Why it ended.</param>
/// <param name="StoppedEpoch">The last epoch trained.</param>
/// <param name="BestEpoch">The epoch whose weights are kept; 0 when there is none.</param>
/// <param name="BestLoss">Its validation loss, in the loss's own unit.</param>
/// <param name="BestWeights">Flat parameters after the best epoch, in the layout of <see cref="Networks.NetworkShape"/>.</param>
public sealed record TrainingResult(StopReason StopReason, int StoppedEpoch, int BestEpoch, double BestLoss, float[] BestWeights);

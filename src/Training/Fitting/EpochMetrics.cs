namespace Velodrome.Training.Fitting;

/// <summary>The recorded figures of one epoch.</summary>
/// <param name="Epoch">From 1; epoch 0 is the untrained network.</param>
/// <param name="TrainLoss">Mean over the training rows, each measured when its batch was trained, in the loss's own unit.</param>
/// <param name="ValidationLoss">Measured after the epoch, without dropout, in the loss's own unit.</param>
/// <param name="LearningRate">Learning rate of the epoch's last step; 0 at epoch 0.</param>
/// <param name="Seconds">Training time from the run's first epoch to the end of this one.</param>
/// <param name="Members">The losses of each network of several; null for a single network. The losses of the epoch are then those of their
/// averaged outputs.</param>
public readonly record struct EpochMetrics(
    int Epoch, double TrainLoss, double ValidationLoss, double LearningRate, double Seconds, IReadOnlyList<MemberLosses>? Members = null);

/// <summary>The losses of one network of several in one epoch, measured as those of <see cref="EpochMetrics"/>.</summary>
public readonly record struct MemberLosses(double TrainLoss, double ValidationLoss);

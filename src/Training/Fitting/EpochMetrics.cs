namespace Velodrome.Training.Fitting;

/// <summary>One epoch, as it is recorded.</summary>
/// <param name="Epoch">From 1; 0 is the untrained network.</param>
/// <param name="TrainLoss">Row-weighted mean over the epoch's batches as they were trained on, in the loss's own units.</param>
/// <param name="ValidationLoss">Measured after the epoch, without dropout, in the loss's own units.</param>
/// <param name="LearningRate">Size of the epoch's steps; 0 at epoch 0, which makes none.</param>
/// <param name="Seconds">Training time from the run's first epoch to the end of this one.</param>
public readonly record struct EpochMetrics(int Epoch, double TrainLoss, double ValidationLoss, double LearningRate, double Seconds);

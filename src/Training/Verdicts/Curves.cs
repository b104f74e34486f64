using Velodrome.Training.Fitting;

namespace Velodrome.Training.Verdicts;

/// <summary>The input of a verdict.</summary>
/// <param name="Train">Training loss of every epoch in order, starting with epoch 0 (the untrained network), in the loss's own unit;
/// NaN or infinite where it was not finite.</param>
/// <param name="Validation">Validation loss of the same epochs.</param>
/// <param name="LearningRates">Learning rate at the end of the same epochs; 0 at epoch 0.</param>
/// <param name="ValidationRows">Number of validation rows.</param>
/// <param name="BestEpoch">The epoch whose weights are kept; 0 for the untrained network.</param>
/// <param name="StopReason">Why training ended; null while it runs.</param>
/// <param name="Rows">Losses row by row; null while training runs, and for a run that diverged.</param>
/// <param name="BaselineLoss">Validation loss of the trivial baseline, if known, for when <paramref name="Rows"/> is null.</param>
public sealed record Curves(
    IReadOnlyList<double> Train,
    IReadOnlyList<double> Validation,
    IReadOnlyList<double> LearningRates,
    int ValidationRows,
    int BestEpoch,
    StopReason? StopReason,
    RowLosses? Rows,
    double? BaselineLoss = null);

/// <summary>Losses of the same validation rows in the same order, in the loss's own unit. Their differences are paired, so that what
/// makes a row hard for every network cancels out.</summary>
/// <param name="Best">With the weights of the best epoch.</param>
/// <param name="Last">With the weights of the last epoch.</param>
/// <param name="Baseline">Of the trivial baseline: the mean, the quantile or the class frequencies of the training rows.</param>
public sealed record RowLosses(double[] Best, double[] Last, double[] Baseline);

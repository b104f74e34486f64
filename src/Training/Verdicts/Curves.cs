using Velodrome.Training.Fitting;

namespace Velodrome.Training.Verdicts;

/// <summary>What a verdict is passed on.</summary>
/// <param name="Train">Training loss of every epoch in order, epoch 0 (the untrained network) first, in the loss's own units.
/// NaN or infinite where it was not finite.</param>
/// <param name="Validation">Validation loss of the same epochs, likewise.</param>
/// <param name="ValidationRows">How many rows the validation loss is a mean over.</param>
/// <param name="BestEpoch">The epoch whose weights are kept; 0 for the untrained network.</param>
/// <param name="StopReason">Why training ended; null while it runs.</param>
/// <param name="Rows">Losses row by row; null while it runs, and for a run that diverged.</param>
/// <param name="BaselineLoss">Validation loss of the trivial answer where <paramref name="Rows"/> are null, if it is known.</param>
public sealed record Curves(
    IReadOnlyList<double> Train,
    IReadOnlyList<double> Validation,
    int ValidationRows,
    int BestEpoch,
    StopReason? StopReason,
    RowLosses? Rows,
    double? BaselineLoss = null);

/// <summary>Losses of the validation rows, in the loss's own units, the same rows in the same order: their differences are
/// paired, so that what makes a row hard for every network cancels out.</summary>
/// <param name="Best">With the best epoch's weights.</param>
/// <param name="Last">With the last epoch's weights.</param>
/// <param name="Baseline">Of the trivial answer: the training rows' mean, or their majority class.</param>
public sealed record RowLosses(double[] Best, double[] Last, double[] Baseline);

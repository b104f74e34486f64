namespace Velodrome.Training.Comparison;

/// <summary>The difference between the losses of two runs on the same rows.</summary>
/// <param name="Mean">Mean of this run's loss minus the other's, in the loss's unit: negative when this run is better.</param>
/// <param name="Low">Lower end of the 95% interval of the mean; null when there are too few rows.</param>
/// <param name="High">Upper end. If the interval contains 0, either run may be better.</param>
/// <param name="Rows">Number of rows.</param>
public sealed record LossDifference(double Mean, double? Low, double? High, int Rows);

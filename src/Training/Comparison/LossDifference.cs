namespace Velodrome.Training.Comparison;

/// <summary>By how much one run's loss is above another's on the same rows.</summary>
/// <param name="Mean">Mean of this loss minus the other, in the loss's units: negative when this run is better.</param>
/// <param name="Low">Lower end of the 95% interval; null when there are too few rows for one.</param>
/// <param name="High">Upper end. An interval that holds 0 leaves open which run is better.</param>
/// <param name="Rows">How many rows both were judged on.</param>
public sealed record LossDifference(double Mean, double? Low, double? High, int Rows);

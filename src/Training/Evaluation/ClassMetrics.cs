namespace Velodrome.Training.Evaluation;

/// <summary>Metrics of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">Share of the rows predicted as this class that are of it; null when none is predicted as it.</param>
/// <param name="Recall">Share of the rows of this class that are predicted as it; null when there is no such row.</param>
/// <param name="Support">Number of rows of this class.</param>
public sealed record ClassMetrics(string Label, double? Precision, double? Recall, int Support);

namespace Velodrome.Training.Evaluation;

/// <summary>How well one class is told from the others.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">Of the rows that were called this class, the share that is; null when none was called it.</param>
/// <param name="Recall">Of the rows that are this class, the share that was found; null when no row is.</param>
/// <param name="Support">Rows that are this class.</param>
public sealed record ClassMetrics(string Label, double? Precision, double? Recall, int Support);

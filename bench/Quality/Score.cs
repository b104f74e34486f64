using Velodrome.Training.Evaluation;

namespace Velodrome.Bench.Quality;

/// <summary>How good predictions of the test rows are.</summary>
/// <param name="Error">Of numbers the root mean squared error relative to the standard deviation of the test rows, of classes the share
/// of wrong ones.</param>
/// <param name="LogLoss">Null for numbers.</param>
/// <param name="Seconds">Processor time of training and prediction.</param>
internal sealed record Score(double Error, double? LogLoss, double Seconds)
{
    /// <param name="metrics">Of the test rows.</param>
    /// <param name="deviation">Population standard deviation of their target; not used for classes.</param>
    /// <param name="seconds">Processor time of training and prediction.</param>
    public static Score Of(Metrics metrics, double deviation, double seconds) => metrics switch
    {
        RegressionMetrics numbers => new(numbers.Rmse / deviation, null, seconds),
        ClassificationMetrics classes => new(1 - classes.Accuracy, classes.LogLoss, seconds),
        _ => throw new ArgumentException($"Metrics of an unknown kind: {metrics}", nameof(metrics)),
    };

    /// <summary>The mean over splits of a table.</summary>
    public static Score Mean(IReadOnlyCollection<Score> scores) =>
        new(scores.Average(score => score.Error), scores.Average(score => score.LogLoss), scores.Average(score => score.Seconds));
}

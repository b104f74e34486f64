using Velodrome.Training.Tables;

namespace Velodrome.Training.Evaluation;

/// <summary>Metrics of predicted numbers.</summary>
/// <param name="Loss">The run's loss, in its own unit.</param>
/// <param name="Rmse">Root of the mean squared error, in the target's unit.</param>
/// <param name="Mae">Mean absolute error, in the target's unit.</param>
/// <param name="R2">Share of the variance that is explained: 1 is perfect, 0 is no better than the mean of these rows; null when all
/// rows have the same value.</param>
/// <param name="ShareBelow">Share of the rows whose true value is at most the prediction: about the quantile that the network predicts;
/// null for other losses than that of quantiles.</param>
public sealed record RegressionMetrics(double Loss, double Rmse, double Mae, double? R2, double? ShareBelow = null) : Metrics(Loss)
{
    /// <summary>Computes the metrics of some rows.</summary>
    /// <param name="predicted">[rows]: predictions in the target's unit.</param>
    /// <param name="actual">[rows]: true values.</param>
    /// <param name="loss">The run's loss over the same rows.</param>
    public static RegressionMetrics Compute(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual, double loss)
    {
        var (squares, absolutes) = (0.0, 0.0);
        for (var i = 0; i < actual.Length; i++)
        {
            var error = predicted[i] - actual[i];
            squares += error * error;
            absolutes += Math.Abs(error);
        }

        var moments = Moments.Of(actual);
        return new(loss, Math.Sqrt(squares / actual.Length), absolutes / actual.Length, moments.IsConstant
            ? null
            : 1 - squares / actual.Length / (moments.StandardDeviation * moments.StandardDeviation));
    }

    /// <summary>Computes <see cref="ShareBelow"/>.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double MeasureShareBelow(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual)
    {
        var below = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            below += actual[i] <= predicted[i] ? 1 : 0;
        }

        return (double)below / actual.Length;
    }
}

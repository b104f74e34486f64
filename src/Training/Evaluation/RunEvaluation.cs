using Velodrome.Training.Encoding;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Evaluation;

/// <summary>The metrics of a model on the training, validation and test rows.</summary>
/// <param name="Train">Rows that it was trained on; a good result here does not show that the model generalises.</param>
/// <param name="Validation">Rows that it was not trained on, but that determined the best epoch.</param>
/// <param name="Test">Rows that are used only here, after training; null without a test split.</param>
/// <param name="Baselines">Simpler models on the same validation rows, by name: <c>mean</c>, <c>quantile</c> or
/// <c>majority</c>, and <c>linear</c>.</param>
/// <param name="Interval">How good prediction intervals are; null for classes.</param>
public sealed record RunEvaluation(
    Metrics Train, Metrics Validation, Metrics? Test, IReadOnlyDictionary<string, BaselineResult> Baselines, IntervalQuality? Interval)
{
    /// <summary>Measures the outputs of any model for the plan's target: the network or a baseline.</summary>
    /// <param name="plan">Contains the true values and the loss.</param>
    /// <param name="rows">Row numbers in the plan's table.</param>
    /// <param name="outputs">Row-major [rows, outputs]: standardised values, or class scores.</param>
    public static Metrics Measure(RunPlan plan, int[] rows, float[] outputs)
    {
        var quantile = plan.Spec.Training.Quantile;
        var encoded = plan.EncodeTargets(rows);
        var loss = plan.LossScale * Loss.Mean(plan.Spec.Training.Loss, outputs, encoded, quantile);
        if (plan.Encoder.Target is NumberTarget target)
        {
            var truth = ((NumberColumn)plan.TargetColumn).Values;
            var (predicted, actual) = (Array.ConvertAll(outputs, target.Decode), Array.ConvertAll(rows, row => truth[row]));
            var metrics = RegressionMetrics.Compute(predicted, actual, loss);
            return quantile is null ? metrics : metrics with { ShareBelow = RegressionMetrics.MeasureShareBelow(predicted, actual) };
        }

        var probabilities = outputs.ToArray();
        Softmax.Apply(probabilities, plan.Encoder.Target.Outputs);
        var classes = ((ClassTarget)plan.Encoder.Target).Classes;
        return ClassificationMetrics.Compute(probabilities, Array.ConvertAll(encoded.Targets, index => (int)index), classes, loss);
    }
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Evaluation;

/// <summary>How good a model is on each part of its split.</summary>
/// <param name="Train">Rows that it learnt from: what it can recite.</param>
/// <param name="Validation">Rows that it never trained on, but that chose the best epoch.</param>
/// <param name="Test">Rows that are looked at once; null without a test part.</param>
/// <param name="Baselines">Simpler models on the same validation rows, by name: mean or majority, and linear.</param>
/// <param name="Interval">What the interval around predicted numbers is worth; null for classes.</param>
public sealed record RunEvaluation(
    Metrics Train, Metrics Validation, Metrics? Test, IReadOnlyDictionary<string, BaselineResult> Baselines, IntervalQuality? Interval)
{
    /// <summary>Measures outputs of any model of the plan's target: the network's, or a baseline's.</summary>
    /// <param name="plan">Knows the truth.</param>
    /// <param name="rows">Which rows of its table.</param>
    /// <param name="outputs">Row-major [rows, outputs]: standardised values, or class scores.</param>
    public static Metrics Measure(RunPlan plan, int[] rows, float[] outputs)
    {
        var encoded = plan.EncodeTargets(rows);
        var loss = plan.LossScale * Loss.Mean(plan.Spec.Training.Loss, outputs, encoded);
        if (plan.Encoder.Target is NumberTarget target)
        {
            var truth = ((NumberColumn)plan.Table.Find(target.Name)!).Values;
            return RegressionMetrics.Compute(Array.ConvertAll(outputs, target.Decode), Array.ConvertAll(rows, row => truth[row]), loss);
        }

        var probabilities = outputs.ToArray();
        Softmax.Apply(probabilities, plan.Encoder.Target.Outputs);
        return ClassificationMetrics.Compute(probabilities, Array.ConvertAll(encoded.Targets, index => (int)index), ((ClassTarget)plan.Encoder.Target).Classes, loss);
    }
}

using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Evaluation;

/// <summary>How good a model is on each part of its split, in the target's own units.</summary>
/// <param name="Train">Rows that it learnt from: what it can recite.</param>
/// <param name="Validation">Rows that it never trained on: whether it can ride.</param>
public sealed record RunEvaluation(RegressionMetrics Train, RegressionMetrics Validation)
{
    public static RunEvaluation Of(RunPlan plan, TrainedModel model) =>
        new(Evaluate(plan, model, plan.Split.Train), Evaluate(plan, model, plan.Split.Validation));

    private static RegressionMetrics Evaluate(RunPlan plan, TrainedModel model, int[] rows)
    {
        var truth = ((NumberColumn)plan.Table.Find(plan.Spec.Target)!).Values;
        var actual = Array.ConvertAll(rows, row => truth[row]);
        var outputs = model.Outputs(plan.Table, rows);
        var loss = plan.LossScale * Loss.Mean(plan.Spec.Training.Loss, outputs, plan.Encoder.EncodeTargets(plan.Table, rows));
        return RegressionMetrics.Of(Array.ConvertAll(outputs, plan.Encoder.Target.Decode), actual, loss);
    }
}

using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Runs;

namespace Velodrome.Training.Comparison;

/// <summary>Measures runs of the same target by one loss, whatever loss each was trained with.</summary>
public static class ComparableLosses
{
    /// <summary>Returns the loss that all runs were trained with, or else their task's default: mse, or crossEntropy for classes.</summary>
    /// <param name="specs">At least one, all with the same target and task.</param>
    public static LossKind SharedBy(IReadOnlyList<RunSpec> specs) => specs.All(spec =>
        (spec.Training.Loss, spec.Training.Quantile) == (specs[0].Training.Loss, specs[0].Training.Quantile))
        ? specs[0].Training.Loss
        : LossDefinition.Default(forClasses: specs[0].Task != LearningTask.Regression);

    /// <summary>Computes a model's loss of every validation row, unweighted.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="model">The run's model.</param>
    /// <param name="loss">The loss to measure; see <see cref="SharedBy"/>.</param>
    /// <returns>[validation rows], in the loss's unit (<see cref="LossDefinition.UnitOf"/>).</returns>
    public static double[] PerRow(RunPlan plan, TrainedModel model, LossKind loss)
    {
        var rows = plan.EncodeTargets(plan.Split.Validation) with { Weights = null };
        var scale = plan.Encoder.Target.LossScale(loss);
        var outputs = model.Outputs(plan.Table, plan.Split.Validation);
        return Array.ConvertAll(Loss.PerRow(loss, outputs, rows, plan.Spec.Training.Quantile), each => each * scale);
    }
}

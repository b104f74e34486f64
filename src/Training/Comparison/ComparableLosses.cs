using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Runs;

namespace Velodrome.Training.Comparison;

/// <summary>Losses by which runs of the same target can be told apart, whatever each was trained to make smaller.</summary>
public static class ComparableLosses
{
    /// <summary>The loss that runs share, or the one that says the same of all: mse for numbers, crossEntropy for classes.</summary>
    public static LossKind SharedBy(IReadOnlyList<RunSpec> specs) =>
        specs[0].Task != LearningTask.Regression ? LossKind.CrossEntropy
        : specs.All(spec => spec.Training.Loss == specs[0].Training.Loss) ? specs[0].Training.Loss
        : LossKind.Mse;

    /// <summary>A model's loss of every validation row, in the target's own units, all rows counting the same.</summary>
    /// <param name="plan">The run's.</param>
    /// <param name="model">The run's.</param>
    /// <param name="loss">From <see cref="SharedBy"/>.</param>
    public static double[] PerRow(RunPlan plan, TrainedModel model, LossKind loss)
    {
        var rows = plan.EncodeTargets(plan.Split.Validation) with { Weights = null };
        var scale = plan.Encoder.Target.LossScale(loss);
        return Array.ConvertAll(Loss.PerRow(loss, model.Outputs(plan.Table, plan.Split.Validation), rows), each => each * scale);
    }
}

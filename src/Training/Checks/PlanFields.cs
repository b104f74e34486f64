using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Pairs the parts of a plan with their field paths in the spec, for warnings.</summary>
internal static class PlanFields
{
    /// <summary>The features, in the spec's order.</summary>
    public static IEnumerable<(string Field, Column Column)> FeatureColumns(this RunPlan plan) =>
        plan.Spec.Features.Select((name, i) => ($"features[{i}]", plan.Table.Find(name)!));

    /// <summary>The row numbers that the network is evaluated on but not trained on: validation, then test if there is one.</summary>
    public static IEnumerable<(string Field, int[] Rows)> EvaluationRows(this RunPlan plan) => plan.Spec.Test is null
        ? [("validation", plan.Split.Validation)]
        : [("validation", plan.Split.Validation), ("test", plan.Split.Test)];
}

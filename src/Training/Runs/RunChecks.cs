using Velodrome.Training.Checks;
using Velodrome.Training.Splits;

namespace Velodrome.Training.Runs;

/// <summary>What is amiss with the data of a run before it starts.</summary>
public static class RunChecks
{
    /// <summary>Every finding, with row counts; nothing is mended.</summary>
    public static IReadOnlyList<RunWarning> Of(RunPlan plan) => SubmissionChecks.Of(new Submission(
        plan.Table, plan.Spec.Features, plan.Spec.Target, plan.Spec.Task != LearningTask.Regression,
        plan.Split.Train, plan.Split.Validation, plan.Spec.Test is null ? null : plan.Split.Test,
        SplitsLast: plan.Spec.Validation.Split == SplitKind.Last));
}

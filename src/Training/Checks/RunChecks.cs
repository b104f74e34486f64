using Velodrome.Training.Runs;

namespace Velodrome.Training.Checks;

/// <summary>Looks for problems in a run's data before it is trained. Every problem is reported; none is fixed.</summary>
public static class RunChecks
{
    /// <summary>Finds every problem: first those of rows, then those of columns.</summary>
    /// <param name="plan">The run to check.</param>
    /// <returns>One warning per problem and field; empty when there is none.</returns>
    /// <remarks>Takes time linear in the table's cells, except for sorts of at most 20,000 rows per feature.</remarks>
    public static IReadOnlyList<RunWarning> Find(RunPlan plan) =>
    [
        .. RowCounts.RowsWithoutTarget(plan),
        .. RowCounts.FewValidationRows(plan),
        .. ClassesMissing.Find(plan),
        .. SortedTarget.Find(plan),
        .. DuplicateRows.Find(plan),
        .. TargetLeakage.Find(plan),
        .. IdLikeColumn.Find(plan),
        .. ConstantFeatures.Find(plan),
        .. TooManyLevels.Find(plan),
    ];
}

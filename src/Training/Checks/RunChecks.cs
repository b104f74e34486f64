using Velodrome.Training.Runs;

namespace Velodrome.Training.Checks;

/// <summary>Looks for problems in a run's data before it is trained. Every problem is reported; none is fixed.</summary>
public static class RunChecks
{
    /// <summary>Smaller tables are checked faster than other threads start.</summary>
    private const long CellsToShare = 100_000;

    private static readonly Func<RunPlan, IEnumerable<RunWarning>>[] Checks =
    [
        RowCounts.RowsWithoutTarget,
        RowCounts.FewValidationRows,
        ClassesMissing.Find,
        SortedTarget.Find,
        DuplicateRows.Find,
        TargetLeakage.Find,
        IdLikeColumn.Find,
        ConstantFeatures.Find,
        ExtremeFeatureValues.Find,
        TooManyLevels.Find,
    ];

    /// <summary>Finds every problem: first those of rows, then those of columns.</summary>
    /// <param name="plan">The run to check.</param>
    /// <returns>One warning per problem and field; empty when there is none.</returns>
    /// <remarks>Takes time linear in the table's cells, except for sorts of at most 20,000 rows per feature. Checks of a large table run at
    /// the same time.</remarks>
    public static IReadOnlyList<RunWarning> Find(RunPlan plan)
    {
        if ((long)plan.Table.Rows * plan.Spec.Features.Count < CellsToShare)
        {
            return [.. Checks.SelectMany(check => check(plan))];
        }

        var found = new RunWarning[Checks.Length][];
        Parallel.For(0, Checks.Length, check => found[check] = [.. Checks[check](plan)]);
        return [.. found.SelectMany(warnings => warnings)];
    }
}

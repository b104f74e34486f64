namespace Velodrome.Training.Checks;

/// <summary>Rows that are left out, and parts that are too small.</summary>
internal static class RowCounts
{
    /// <summary>Fewer judging rows than this are worth a warning.</summary>
    private const int Enough = 30;

    public static IEnumerable<RunWarning> RowsWithoutTarget(Submission run)
    {
        var missing = Enumerable.Range(0, run.Table.Rows).Count(run.TargetColumn.IsMissing);
        if (missing > 0)
        {
            yield return new("rowsWithoutTarget", "target",
                $"{missing} of the {Wording.Rows(run.Table.Rows)} {(missing == 1 ? "has" : "have")} no '{run.Target}' and {(missing == 1 ? "is" : "are")} left out: neither trained on nor judged by. " +
                "If the value is missing for a reason, the rows that remain may not stand for all.", missing);
        }
    }

    public static IEnumerable<RunWarning> FewValidationRows(Submission run)
    {
        foreach (var (field, rows) in run.JudgingParts.Where(part => part.Rows.Length < Enough))
        {
            // One standard error: of a mean of squared normal errors, and of a share near one half.
            var luck = run.PredictsClasses
                ? $"the share of right answers is off by up to {50 / Math.Sqrt(rows.Length):0} percentage points"
                : $"a mean squared error is off by about {100 * Math.Sqrt(2.0 / rows.Length):0}%";
            yield return new("fewValidationRows", field,
                $"Only {Wording.Rows(rows.Length, field)}: with so few, {luck} by luck alone. Set at least {Enough} aside if the table has them, " +
                "or repeat the run with other splits and look at the spread.", rows.Length);
        }
    }
}

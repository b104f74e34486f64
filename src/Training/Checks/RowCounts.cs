using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Runs;

namespace Velodrome.Training.Checks;

/// <summary>Finds rows that are left out, and validation or test rows that are too few.</summary>
internal static class RowCounts
{
    /// <summary>Minimum number of validation or test rows: fewer cause a warning.</summary>
    private const int MinRows = 30;

    public static IEnumerable<RunWarning> RowsWithoutTarget(RunPlan plan)
    {
        var missing = Enumerable.Range(0, plan.Table.Rows).Count(plan.TargetColumn.IsMissing);
        if (missing > 0)
        {
            yield return new("rowsWithoutTarget", "target",
                $"{missing} of the {WarningText.RowCount(plan.Table.Rows)} {(missing == 1 ? "has" : "have")} no '{plan.Spec.Target}' " +
                $"and {(missing == 1 ? "is" : "are")} left out of training and evaluation. " +
                "If values are missing for a reason, the remaining rows may not be representative.", missing);
        }
    }

    public static IEnumerable<RunWarning> FewValidationRows(RunPlan plan)
    {
        foreach (var (field, rows) in plan.EvaluationRows().Where(part => part.Rows.Length < MinRows))
        {
            yield return new("fewValidationRows", field,
                $"Only {WarningText.RowCount(rows.Length, field)}: by chance alone, {Uncertainty(plan.Spec.Training, rows.Length)}. " +
                $"Set aside at least {MinRows} rows if the table has enough, or repeat the run with other splits and compare the results.",
                rows.Length);
        }
    }

    /// <summary>One standard error: of an accuracy near one half, or of the mean loss for normally distributed errors.</summary>
    private static string Uncertainty(TrainingSpec spec, int rows) => LossDefinition.Of(spec.Loss) is { RelativeDeviation: { } of } loss
        ? $"the {loss.Name} is off by about {100 * of(spec.Quantile ?? double.NaN) / Math.Sqrt(rows):0}%"
        : $"the accuracy is off by up to {50 / Math.Sqrt(rows):0} percentage points";
}

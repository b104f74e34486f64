using Velodrome.Training.Encoding;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Finds numbers so far from the others that they are probably errors: in validation and test rows far outside the training range,
/// and in a training row so far outside that the standardised values of all other rows are nearly the same.</summary>
internal static class ExtremeFeatureValues
{
    /// <summary>Share of a column's squared deviations that goes with one training row, if that is extreme. The standard deviation of the
    /// others is then at most a thirtieth of that of all.</summary>
    private const double MinShare = 0.999;

    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        foreach (var ((field, column), encoding) in plan.FeatureColumns().Zip(plan.Encoder.Features))
        {
            if (encoding is NumberEncoding { Kind: not ColumnKind.Boolean } number)
            {
                var values = (NumberColumn)column;
                foreach (var warning in InTraining(field, values, number, plan).Concat(InEvaluation(field, values, number, plan)))
                {
                    yield return warning;
                }
            }
        }
    }

    private static IEnumerable<RunWarning> InEvaluation(string field, NumberColumn column, NumberEncoding encoding, RunPlan plan)
    {
        foreach (var (part, rows) in plan.EvaluationRows())
        {
            var limited = rows.Where(row => encoding.IsLimited(column.Values[row])).ToArray();
            if (limited.Length > 0)
            {
                var farthest = limited.MaxBy(row => Math.Abs(column.Values[row] - encoding.Mean));
                yield return new("extremeValue", field,
                    $"'{column.Name}' is far outside the training rows ({column.TextOf(encoding.Min)} to {column.TextOf(encoding.Max)}) " +
                    $"in {WarningText.RowCount(limited.Length, part)}: {column.TextAt(farthest)} in {RowName(plan, part, farthest)}. " +
                    "The network gets such values limited to a few standard deviations beyond the training rows. If they are errors, " +
                    "correct them or leave the cells empty.", limited.Length);
            }
        }
    }

    private static IEnumerable<RunWarning> InTraining(string field, NumberColumn column, NumberEncoding encoding, RunPlan plan)
    {
        var (train, values) = (plan.Split.Train, column.Values);
        var (below, above) = (encoding.Mean - encoding.Min, encoding.Max - encoding.Mean);
        var extreme = above > below ? encoding.Max : encoding.Min;
        var others = train.Length - encoding.TrainingCounts!.Missing - 1;
        var share = Math.Pow(Math.Max(below, above) / encoding.StandardDeviation, 2) / others;
        if (share >= MinShare && train.Select(row => values[row]).Where(double.IsFinite).Distinct().Skip(2).Any())
        {
            var row = Array.Find(train, row => values[row] == extreme);
            yield return new("extremeValue", field,
                $"'{column.Name}' is {column.TextAt(row)} in training row {row}, so far from all other rows that their standardised " +
                "values are nearly the same, and the network can hardly tell them apart. If it is an error, correct it or leave the cell " +
                "empty.", 1);
        }
    }

    /// <summary>Rows of another dataset have other numbers there.</summary>
    private static string RowName(RunPlan plan, string part, int row) =>
        (part == "validation" ? plan.Spec.Validation : plan.Spec.Test!).Dataset is { } dataset
            ? $"a row of the dataset '{dataset}'" : $"{part} row {row}";
}

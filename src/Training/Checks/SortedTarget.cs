using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Finds tables that are sorted by the target and validated on their last rows, whose targets are then unlike those of the
/// training rows.</summary>
internal static class SortedTarget
{
    /// <summary>A table counts as sorted if row order and target have at least this rank correlation.</summary>
    private const double MinCorrelation = 0.95;

    /// <summary>Minimum number of rows: fewer may be in order by chance.</summary>
    private const int MinRows = 6;

    /// <summary>A table counts as sorted if shuffled classes would be grouped like this with at most this probability (natural logarithm
    /// of 1 in 1,000).</summary>
    private const double MaxLogProbability = -6.9;

    public static IEnumerable<RunWarning> Find(RunPlan plan) => plan.Spec.Validation.Split != SplitKind.Last ? []
        : plan.PredictsClasses ? OfClasses(plan)
        : OfNumbers(plan);

    private static IEnumerable<RunWarning> OfNumbers(RunPlan plan)
    {
        var values = ((NumberColumn)plan.TargetColumn).Values;
        var validation = plan.Split.Validation;
        var train = Array.ConvertAll(plan.Split.Train, row => values[row]);
        var (low, high) = (train.Min(), train.Max());
        var outside = validation.Count(row => values[row] < low || values[row] > high);
        double[] inOrder = [.. train, .. validation.Select(row => values[row])];
        if (2 * outside >= validation.Length && inOrder.Length >= MinRows && Math.Abs(OrderCorrelation(inOrder)) >= MinCorrelation)
        {
            yield return new("sortedTarget", "validation",
                $"The table is sorted by '{plan.Spec.Target}', or nearly so, and the split 'last' takes its end: " +
                $"{outside} of {WarningText.RowCount(validation.Length, "validation")} are outside the range of the training rows " +
                $"({low:G6} to {high:G6}), so the validation loss measures extrapolation. " +
                "If the order of the rows means nothing, use \"split\": \"random\".", outside);
        }
    }

    private static IEnumerable<RunWarning> OfClasses(RunPlan plan)
    {
        var classes = TargetClasses.Of(plan.TargetColumn);
        var validation = plan.Split.Validation;
        int[] rows = [.. plan.Split.Train, .. validation];
        var counts = classes.Count(rows);
        var present = counts.Count(count => count > 0);
        var changes = rows.Zip(rows.Skip(1)).Count(pair => classes.Codes[pair.First] != classes.Codes[pair.Second]);
        var logProbability = LogFactorial(present) + counts.Sum(LogFactorial) - LogFactorial(rows.Length);
        if (changes == present - 1 && logProbability < MaxLogProbability)
        {
            var seen = validation.Select(row => classes.Codes[row]).Distinct().Select(code => classes.Labels[code]).ToArray();
            yield return new("sortedTarget", "validation",
                $"The table is sorted by '{plan.Spec.Target}', and the split 'last' takes its end: of {present} classes, " +
                $"the {WarningText.RowCount(validation.Length, "validation")} contain only {WarningText.Names(seen)}. " +
                "If the order of the rows means nothing, use \"split\": \"stratified\".", validation.Length);
        }
    }

    /// <summary>Spearman's rank correlation of values and their positions, ties at their mean rank; NaN when all values are
    /// equal.</summary>
    private static double OrderCorrelation(double[] values)
    {
        var (sorted, positions) = (values.ToArray(), Enumerable.Range(0, values.Length).ToArray());
        Array.Sort(sorted, positions);
        var centre = (values.Length - 1) / 2.0;
        var (product, ranks, order) = (0.0, 0.0, 0.0);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++) { }
            var rank = (start + end - 1) / 2.0 - centre;
            for (var i = start; i < end; i++)
            {
                product += rank * (positions[i] - centre);
                ranks += rank * rank;
                order += (i - centre) * (i - centre);
            }
        }

        return product / Math.Sqrt(ranks * order);
    }

    private static double LogFactorial(int n)
    {
        var sum = 0.0;
        for (var i = 2; i <= n; i++)
        {
            sum += Math.Log(i);
        }

        return sum;
    }
}

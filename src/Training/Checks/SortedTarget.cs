using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>A table sorted by its target, of which the last rows judge: what they ask for was never taught.</summary>
internal static class SortedTarget
{
    /// <summary>Rank correlation of row order and target from which on a table counts as sorted.</summary>
    private const double Sorted = 0.95;

    /// <summary>Fewer rows may well be in order by chance.</summary>
    private const int MinRows = 6;

    /// <summary>So unlikely is it that shuffled classes stand in blocks by chance, for a table to count as sorted (natural logarithm of 1 in 1,000).</summary>
    private const double Unlikely = -6.9;

    public static IEnumerable<RunWarning> Find(Submission run) => !run.SplitsLast ? []
        : run.PredictsClasses ? OfClasses(run)
        : OfNumbers(run);

    private static IEnumerable<RunWarning> OfNumbers(Submission run)
    {
        var values = ((NumberColumn)run.TargetColumn).Values;
        var train = Array.ConvertAll(run.Train, row => values[row]);
        var (low, high) = (train.Min(), train.Max());
        var outside = run.Validation.Count(row => values[row] < low || values[row] > high);
        double[] inOrder = [.. train, .. run.Validation.Select(row => values[row])];
        if (2 * outside >= run.Validation.Length && inOrder.Length >= MinRows && Math.Abs(OrderCorrelation(inOrder)) >= Sorted)
        {
            yield return new("sortedTarget", "validation",
                $"The table is sorted by '{run.Target}', or nearly so, and the split 'last' takes its end: {outside} of {Wording.Rows(run.Validation.Length, "validation")} lie outside the " +
                $"range that was trained on ({low:G6} to {high:G6}). That judges how the network guesses beyond what it saw. If the order of the rows means nothing, use \"split\": \"random\".", outside);
        }
    }

    private static IEnumerable<RunWarning> OfClasses(Submission run)
    {
        var classes = TargetClasses.Of(run.TargetColumn);
        int[] rows = [.. run.Train, .. run.Validation];
        var counts = classes.Count(rows);
        var present = counts.Count(count => count > 0);
        var changes = rows.Zip(rows.Skip(1)).Count(pair => classes.Codes[pair.First] != classes.Codes[pair.Second]);
        var chance = LogFactorial(present) + counts.Sum(LogFactorial) - LogFactorial(rows.Length);
        if (changes == present - 1 && chance < Unlikely)
        {
            var seen = run.Validation.Select(row => classes.Codes[row]).Distinct().Select(code => classes.Labels[code]).ToArray();
            yield return new("sortedTarget", "validation",
                $"The table is sorted by '{run.Target}', and the split 'last' takes its end: the {Wording.Rows(run.Validation.Length, "validation")} hold only {Wording.List(seen)}, " +
                $"of {present} classes. If the order of the rows means nothing, use \"split\": \"stratified\".", run.Validation.Length);
        }
    }

    /// <summary>Spearman's rank correlation of values with their positions, ties at their mean rank; NaN when all are equal.</summary>
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

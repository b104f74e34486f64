using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>
/// Finds features that give the target away: a rule that uses that feature alone, made from training rows, is almost never wrong on
/// validation rows. A column that only identifies rows is not found, because its rule says nothing about rows it was not made from.
/// </summary>
internal static class TargetLeakage
{
    /// <summary>Minimum number of validation rows: with fewer, a rule may be right by chance, so none is reported.</summary>
    private const int MinRows = 10;

    /// <summary>Largest number of rows, evenly spaced, that rules are made from and tried on: enough for a decision, and fast.</summary>
    private const int MaxRows = 20_000;

    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        if (plan.Split.Validation.Length < MinRows)
        {
            yield break;
        }

        var (train, validation) = (Thin(plan.Split.Train), Thin(plan.Split.Validation));
        Func<Column, string?> describe = plan.PredictsClasses
            ? new ClassTargetLeakage(plan.TargetColumn, train, validation).Describe
            : new NumberTargetLeakage((NumberColumn)plan.TargetColumn, train, validation).Describe;
        var features = plan.FeatureColumns().ToList();
        foreach (var ((field, column), description) in features.Zip(DescribeAll(features.ConvertAll(feature => feature.Column), describe)))
        {
            if (description is { } found)
            {
                yield return new("leak", field,
                    $"'{column.Name}' alone predicts '{plan.Spec.Target}' almost perfectly: " +
                    $"{found} of {WarningText.RowCount(validation.Length, "validation")}. " +
                    "If it is made from the target, or known only once the target is known, the network learns to copy it and fails " +
                    "where it is not available: leave it out of the features. " +
                    "If this relation is what the network should learn, ignore this warning.",
                    validation.Length);
            }
        }
    }

    private static string?[] DescribeAll(List<Column> columns, Func<Column, string?> describe)
    {
        var found = new string?[columns.Count];
        Parallel.For(0, columns.Count, index => found[index] = describe(columns[index]));
        return found;
    }

    private static int[] Thin(int[] rows)
    {
        var step = (rows.Length + MaxRows - 1) / MaxRows;
        return step <= 1 ? rows : [.. rows.Where((_, i) => i % step == 0)];
    }
}

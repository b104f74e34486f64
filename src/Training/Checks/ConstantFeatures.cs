using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Finds features that have the same value in every training row, or none.</summary>
internal static class ConstantFeatures
{
    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        var train = plan.Split.Train;
        foreach (var (field, column) in plan.FeatureColumns())
        {
            if (train.Count(column.IsMissing) == train.Length)
            {
                yield return new("emptyFeature", field,
                    $"'{column.Name}' has no value in any of the {WarningText.RowCount(train.Length, "training")}, " +
                    "so the network can't learn from it. Leave it out of the features.", train.Length);
            }
            else if (IsConstant(column, train))
            {
                yield return new("constantFeature", field,
                    $"'{column.Name}' has the same value in all {WarningText.RowCount(train.Length, "training")}, " +
                    "so the network can't learn what another value would mean. Leave it out of the features.", train.Length);
            }
        }
    }

    private static bool IsConstant(Column column, int[] rows) => column switch
    {
        NumberColumn { Values: var values } => Array.TrueForAll(rows, row => values[row] == values[rows[0]]),
        CategoryColumn { Codes: var codes } =>
            codes[rows[0]] < CategoryColumn.MaxLevels && Array.TrueForAll(rows, row => codes[row] == codes[rows[0]]),
        _ => false,
    };
}

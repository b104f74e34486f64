using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Features that say the same in every training row, or nothing.</summary>
internal static class DeadFeatures
{
    public static IEnumerable<RunWarning> Find(Submission run)
    {
        foreach (var (field, column) in run.FeatureColumns)
        {
            var missing = run.Train.Count(column.IsMissing);
            if (missing == run.Train.Length)
            {
                yield return new("emptyFeature", field,
                    $"'{column.Name}' has no value in any of the {Wording.Rows(run.Train.Length, "training")}: there is nothing to learn from it. Leave it out of the features.", run.Train.Length);
            }
            else if (IsConstant(column, run.Train))
            {
                yield return new("constantFeature", field,
                    $"'{column.Name}' is the same in all {Wording.Rows(run.Train.Length, "training")}: there is nothing to learn from it, and a different value later can't be understood. Leave it out of the features.",
                    run.Train.Length);
            }
        }
    }

    private static bool IsConstant(Column column, int[] rows) => column switch
    {
        NumberColumn { Values: var values } => Array.TrueForAll(rows, row => values[row] == values[rows[0]]),
        CategoryColumn { Codes: var codes } => codes[rows[0]] < CategoryColumn.MaxLevels && Array.TrueForAll(rows, row => codes[row] == codes[rows[0]]),
        _ => false,
    };
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Runs;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Finds categories in which some levels share an input because there are too many.</summary>
internal static class TooManyLevels
{
    public static IEnumerable<RunWarning> Find(RunPlan plan)
    {
        var train = plan.Split.Train;
        foreach (var (field, feature) in plan.FeatureColumns())
        {
            if (feature is CategoryColumn column && !IdLikeColumn.IsIdLike(column, plan) && Merged(column, train) is { Rows: > 0 } merged)
            {
                yield return new("tooManyLevels", field,
                    $"'{column.Name}': {merged.Levels} of the {merged.Of} levels in the training rows ({merged.Rows} of " +
                    $"{WarningText.RowCount(train.Length)}) share one input, because a level needs several rows to be learnt and at most " +
                    $"{CategoryEncoding.MaxLevels} levels have an input of their own. The network can't tell these levels apart. " +
                    "Merge levels that mean the same, or leave the column out.", merged.Rows);
            }
        }
    }

    /// <summary>Number of levels without an input of their own, of all levels in training, and the training rows that have one of
    /// them.</summary>
    private static (int Levels, int Of, int Rows) Merged(CategoryColumn column, int[] train)
    {
        var own = CategoryEncoding.Fit(column, train).Levels.ToHashSet();
        var counts = new int[column.Levels.Length + 1];
        foreach (var row in train)
        {
            if (!column.IsMissing(row))
            {
                counts[Math.Min(column.Codes[row], column.Levels.Length)]++;
            }
        }

        var (levels, of, rows) = (0, 0, 0);
        for (var code = 0; code < counts.Length; code++)
        {
            if (counts[code] > 0)
            {
                var merged = code == column.Levels.Length || !own.Contains(column.Levels[code]);
                (levels, of, rows) = (levels + (merged ? 1 : 0), of + 1, rows + (merged ? counts[code] : 0));
            }
        }

        return (levels, of, rows);
    }
}

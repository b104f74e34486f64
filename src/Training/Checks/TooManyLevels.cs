using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>Categories of which some levels have no input of their own.</summary>
internal static class TooManyLevels
{
    public static IEnumerable<RunWarning> Find(Submission run)
    {
        foreach (var (field, feature) in run.FeatureColumns)
        {
            if (feature is CategoryColumn column && !IdLikeColumn.Is(column, run) && Merged(column, run.Train) is { Rows: > 0 } merged)
            {
                yield return new("tooManyLevels", field,
                    $"'{column.Name}': {merged.Levels} of the {merged.Of} levels in training, with {merged.Rows} of {Wording.Rows(run.Train.Length)}, share one input for all that is rare: a level needs a few rows to be learnt, " +
                    $"and at most {CategoryEncoding.MaxLevels} have an input of their own. The network can't tell them apart. Merge levels that mean the same, or leave the column out.", merged.Rows);
            }
        }
    }

    /// <summary>Levels without an input of their own, of how many in training, and the training rows that have one of them.</summary>
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

using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>
/// A feature that gives the answer away: a rule from that feature alone, made from training rows, is next to never wrong on
/// validation rows. A column that merely names the rows does not count, because it says nothing about rows it has not named.
/// </summary>
internal static class Leak
{
    /// <summary>So few validation rows can be right by luck; nothing is claimed about them.</summary>
    private const int MinRows = 10;

    /// <summary>Rules are made from at most so many rows, evenly taken: enough to tell, and quick.</summary>
    private const int MaxRows = 20_000;

    public static IEnumerable<RunWarning> Find(Submission run)
    {
        if (run.Validation.Length < MinRows)
        {
            yield break;
        }

        var (train, validation) = (Thin(run.Train), Thin(run.Validation));
        Func<Column, string?> tell = run.PredictsClasses
            ? new LeakOfClasses(run.TargetColumn, train, validation).Describe
            : new LeakOfNumbers((NumberColumn)run.TargetColumn, train, validation).Describe;
        foreach (var (field, column) in run.FeatureColumns)
        {
            if (tell(column) is { } found)
            {
                yield return new("leak", field,
                    $"'{column.Name}' alone predicts '{run.Target}' almost perfectly: {found} of {Wording.Rows(validation.Length, "validation")}. If it is made from the target, or only known once the target is, " +
                    "the network learns to copy, and will have nothing to copy from when it is used: leave it out of the features. If it is the very relation to learn, all is well.", validation.Length);
            }
        }
    }

    private static int[] Thin(int[] rows)
    {
        var step = (rows.Length + MaxRows - 1) / MaxRows;
        return step <= 1 ? rows : [.. rows.Where((_, i) => i % step == 0)];
    }
}

using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>The classes of a target column of any kind.</summary>
/// <param name="Codes">One per row of the table: an index into <paramref name="Labels"/>, -1 where missing.</param>
/// <param name="Labels">Names of the classes, in the order of their first row.</param>
internal sealed record TargetClasses(int[] Codes, IReadOnlyList<string> Labels)
{
    public static TargetClasses Of(Column column)
    {
        if (column is CategoryColumn { Levels: var levels, Codes: var codes })
        {
            return levels.Length < CategoryColumn.MaxLevels ? new(codes, levels) : new(codes, [.. levels, CategoryColumn.FurtherLevels]);
        }

        var numbers = (NumberColumn)column;
        var known = new Dictionary<double, int>();
        return new(Array.ConvertAll(numbers.Values, Code), [.. known.Keys.Select(numbers.TextOf)]);

        int Code(double value)
        {
            if (double.IsNaN(value))
            {
                return -1;
            }

            if (!known.TryGetValue(value, out var code))
            {
                known[value] = code = known.Count;
            }

            return code;
        }
    }

    /// <summary>Counts the given rows of each class.</summary>
    public int[] Count(ReadOnlySpan<int> rows)
    {
        var counts = new int[Labels.Count];
        foreach (var row in rows)
        {
            counts[Codes[row]]++;
        }

        return counts;
    }
}

namespace Velodrome.Training;

/// <summary>Suggests the name that was probably meant by a misspelt one.</summary>
public static class NearestName
{
    /// <summary>Longest misspelt name that gets a suggestion. It bounds the work, which grows with the square of the length.</summary>
    private const int MaxLength = 100;

    /// <summary>A sentence to append to an error message, with a leading space; empty when no name is similar.</summary>
    public static string Suggestion(string wrong, IEnumerable<string> names) =>
        Find(wrong, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>The name with the fewest edits from <paramref name="wrong"/>, ignoring case. Null when these are more than one and more
    /// than a third of its length, or when <paramref name="wrong"/> has more than 100 characters.</summary>
    public static string? Find(string wrong, IEnumerable<string> names)
    {
        if (wrong.Length > MaxLength)
        {
            return null;
        }

        var from = wrong.ToLowerInvariant();
        var limit = Math.Max(1, wrong.Length / 3);
        string? nearest = null;
        foreach (var name in names)
        {
            if (Math.Abs(name.Length - from.Length) > limit || Edits(from, name.ToLowerInvariant(), limit) is not { } edits)
            {
                continue; // each character that one name has more is an edit
            }

            if (nearest is null || edits < limit || string.CompareOrdinal(name, nearest) < 0)
            {
                (nearest, limit) = (name, edits);
            }
        }

        return nearest;
    }

    /// <summary>Number of insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); null if these are more
    /// than <paramref name="limit"/>.</summary>
    private static int? Edits(string from, string to, int limit)
    {
        // The last three rows of the table of edits between the beginnings of both strings.
        Span<int> cells = stackalloc int[3 * (MaxLength + MaxLength / 3 + 2)];
        var width = to.Length + 1;
        var before = cells[..width];
        var previous = cells[width..(2 * width)];
        var current = cells[(2 * width)..(3 * width)];
        for (var j = 0; j <= to.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            var fewest = current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var edits = Math.Min(
                    Math.Min(previous[j], current[j - 1]) + 1,
                    previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits = Math.Min(edits, before[j - 2] + 1);
                }

                current[j] = edits;
                fewest = Math.Min(fewest, edits);
            }

            if (fewest > limit + 1) // one more, because a swap in the next row continues from the previous one
            {
                return null;
            }

            var oldest = before;
            before = previous;
            previous = current;
            current = oldest;
        }

        return previous[to.Length] <= limit ? previous[to.Length] : null;
    }
}

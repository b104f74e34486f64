namespace Velodrome.Training;

/// <summary>Suggests the name that was probably meant by a misspelt one.</summary>
public static class NearestName
{
    /// <summary>A sentence to append to an error message, with a leading space; empty when no name is similar.</summary>
    public static string Suggestion(string wrong, IEnumerable<string> names) =>
        Find(wrong, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>The name with the fewest edits from <paramref name="wrong"/>, ignoring case; null when these are more than one and more
    /// than a third of its length.</summary>
    public static string? Find(string wrong, IEnumerable<string> names) => names
        .Select(name => (Name: name, Edits: Edits(wrong.ToLowerInvariant(), name.ToLowerInvariant())))
        .Where(candidate => candidate.Edits <= Math.Max(1, wrong.Length / 3))
        .OrderBy(candidate => candidate.Edits).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .Select(candidate => candidate.Name).FirstOrDefault();

    /// <summary>Number of insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    private static int Edits(string from, string to)
    {
        var edits = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1,
                    edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}

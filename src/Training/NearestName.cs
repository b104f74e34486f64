namespace Velodrome.Training;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
public static class NearestName
{
    /// <summary>A sentence to put behind an error, with a space before it; empty when no name is near.</summary>
    public static string Suggestion(string wrong, IEnumerable<string> names) => Find(wrong, names) is { } near ? $" Did you mean '{near}'?" : "";

    /// <summary>The name that the fewest edits turn <paramref name="wrong"/> into, case aside; null when that takes more than a third of it.</summary>
    public static string? Find(string wrong, IEnumerable<string> names) => names
        .Select(name => (Name: name, Edits: Edits(wrong.ToLowerInvariant(), name.ToLowerInvariant())))
        .Where(candidate => candidate.Edits <= Math.Max(1, wrong.Length / 3))
        .OrderBy(candidate => candidate.Edits).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
        .Select(candidate => candidate.Name).FirstOrDefault();

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
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

namespace Velodrome.Api.Problems;

/// <summary>"Did you mean": the known word that a typo comes from.</summary>
public static class Nearest
{
    /// <summary>A sentence to append, with a space before it; empty when nothing comes near.</summary>
    public static string Hint(string word, IEnumerable<string> known) => To(word, known) is { } near ? $" Did you mean {near}?" : "";

    /// <summary>The known word with the fewest edits to <paramref name="word"/>, at most a third of its length; or null.</summary>
    public static string? To(string word, IEnumerable<string> known) => known
        .Select(candidate => (candidate, edits: Edits(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(found => found.edits <= Math.Max(1, Math.Max(word.Length, found.candidate.Length) / 3))
        .OrderBy(found => found.edits)
        .Select(found => found.candidate)
        .FirstOrDefault();

    /// <summary>Characters to insert, delete or replace (Levenshtein 1966).</summary>
    private static int Edits(string from, string to)
    {
        var above = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var row = 1; row <= from.Length; row++)
        {
            var diagonal = above[0];
            above[0] = row;
            for (var column = 1; column <= to.Length; column++)
            {
                var replaced = diagonal + (from[row - 1] == to[column - 1] ? 0 : 1);
                diagonal = above[column];
                above[column] = Math.Min(replaced, Math.Min(above[column], above[column - 1]) + 1);
            }
        }

        return above[^1];
    }
}

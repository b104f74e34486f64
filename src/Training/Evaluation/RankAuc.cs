namespace Velodrome.Training.Evaluation;

/// <summary>The area under the ROC curve of two classes, computed from ranks (Mann and Whitney 1947; Hanley and McNeil 1982).</summary>
internal static class RankAuc
{
    /// <param name="probabilities">Row-major [rows, 2].</param>
    /// <param name="truth">[rows]: 0 or 1; other rows are left out.</param>
    /// <returns>0 to 1, with rows of equal probability counting half; null when one class does not occur.</returns>
    public static double? Compute(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> truth)
    {
        var rows = new List<int>(truth.Length);
        for (var row = 0; row < truth.Length; row++)
        {
            if (truth[row] is 0 or 1)
            {
                rows.Add(row);
            }
        }

        var (scores, classes) = (new float[rows.Count], new int[rows.Count]);
        for (var i = 0; i < scores.Length; i++)
        {
            (scores[i], classes[i]) = (probabilities[2 * rows[i] + 1], truth[rows[i]]);
        }

        Array.Sort(scores, classes);
        var (below, wins) = (0L, 0.0);
        for (int start = 0, end; start < scores.Length; start = end)
        {
            var (firsts, seconds) = (0, 0);
            for (end = start; end < scores.Length && scores[end] == scores[start]; end++)
            {
                seconds += classes[end];
                firsts += 1 - classes[end];
            }

            wins += seconds * (below + firsts / 2.0);
            below += firsts;
        }

        var pairs = below * (scores.Length - below);
        return pairs == 0 ? null : wins / pairs;
    }
}

namespace Velodrome.Training.Networks;

/// <summary>Converts class scores to probabilities (Bridle 1990) without overflow.</summary>
public static class Softmax
{
    /// <summary>ln Σ exp(score); NaN when a score is NaN.</summary>
    public static double LogSumOfExponentials(ReadOnlySpan<float> scores)
    {
        var largest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            largest = float.IsNaN(score) || score > largest ? score : largest;
        }

        var sum = 0.0;
        foreach (var score in scores)
        {
            sum += Math.Exp(score - (double)largest);
        }

        return largest + Math.Log(sum);
    }

    /// <summary>Replaces the scores of every row by probabilities.</summary>
    /// <param name="scores">Row-major [rows, classes].</param>
    /// <param name="classes">Number of scores per row.</param>
    public static void Apply(Span<float> scores, int classes)
    {
        for (; scores.Length > 0; scores = scores[classes..])
        {
            var row = scores[..classes];
            var normaliser = LogSumOfExponentials(row);
            foreach (ref var score in row)
            {
                score = (float)Math.Exp(score - normaliser);
            }
        }
    }
}

using Velodrome.Training.Tables;

namespace Velodrome.Training.Checks;

/// <summary>
/// Predicts the class from one feature alone: each level, or each interval of a number, predicts its most frequent class (the 1R
/// rule: Holte, "Very simple classification rules perform well on most commonly used datasets", Machine Learning 11, 1993).
/// </summary>
internal sealed class ClassTargetLeakage
{
    /// <summary>A leaking feature makes at most this share of the mistakes of always predicting the most frequent class
    /// (1 - Goodman and Kruskal's lambda), in training and in validation.</summary>
    private const double MaxMistakeShare = 0.01;

    /// <summary>Training rows that are not of the most frequent class; with fewer the share means nothing.</summary>
    private const int MinMistakes = 10;

    /// <summary>Rows of its most frequent class that an interval needs (Holte's value).</summary>
    private const int MinInterval = 6;

    private readonly int[] _classes;
    private readonly int _count;
    private readonly int[] _train;
    private readonly int[] _validation;
    private readonly int _trainMistakes;
    private readonly int _validationMistakes;

    public ClassTargetLeakage(Column target, int[] train, int[] validation)
    {
        var classes = TargetClasses.Of(target);
        (_classes, _count, _train, _validation) = (classes.Codes, classes.Labels.Count, train, validation);
        var counts = classes.Count(train);
        var most = Array.IndexOf(counts, counts.Max());
        _trainMistakes = train.Length - counts[most];
        _validationMistakes = validation.Count(row => _classes[row] != most);
    }

    /// <summary>Describes how rarely the feature's rule is wrong; null when it does not leak.</summary>
    public string? Describe(Column feature)
    {
        if (_trainMistakes < MinMistakes)
        {
            return null;
        }

        var group = feature switch
        {
            NumberColumn numbers => Intervals(numbers.Values),
            CategoryColumn texts => row => texts.Codes[row],
            _ => throw new ArgumentException($"Can't make a rule from a {feature.GetType().Name}.", nameof(feature)),
        };
        var (answers, mistakes) = Fit(group);
        if (mistakes > MaxMistakeShare * _trainMistakes)
        {
            return null;
        }

        var wrong = _validation.Count(row => !answers.TryGetValue(group(row), out var answer) || answer != _classes[row]);
        return wrong <= MaxMistakeShare * _validationMistakes ? $"it is wrong in {wrong}" : null;
    }

    /// <summary>The most frequent class of each group, and the number of training rows that are not of it.</summary>
    private (Dictionary<int, int> Answers, int Mistakes) Fit(Func<int, int> group)
    {
        var keys = Array.ConvertAll(_train, row => ((long)group(row) << 32) + _classes[row]);
        Array.Sort(keys);
        var (answers, mistakes) = (new Dictionary<int, int>(), 0);
        for (int start = 0, end = 0; start < keys.Length; start = end)
        {
            var (answer, most) = (0, 0);
            while (end < keys.Length && keys[end] >> 32 == keys[start] >> 32)
            {
                var first = end;
                while (end < keys.Length && keys[end] == keys[first])
                {
                    end++;
                }

                (answer, most) = end - first > most ? ((int)keys[first], end - first) : (answer, most);
            }

            answers[(int)(keys[start] >> 32)] = answer;
            mistakes += end - start - most;
        }

        return (answers, mistakes);
    }

    /// <summary>Splits a number's range where the class changes. No interval has fewer than <see cref="MinInterval"/> rows of its most
    /// frequent class; missing values are a separate interval, -1.</summary>
    private Func<int, int> Intervals(double[] values)
    {
        var rows = Array.FindAll(_train, row => !double.IsNaN(values[row]));
        var (sorted, classes) = (Array.ConvertAll(rows, row => values[row]), Array.ConvertAll(rows, row => _classes[row]));
        Array.Sort(sorted, classes);
        var edges = new List<double>();
        var counts = new int[_count];
        var most = 0;
        for (var i = 0; i < sorted.Length - 1; i++)
        {
            counts[classes[i]]++;
            most = counts[classes[i]] > counts[most] ? classes[i] : most;
            if (counts[most] >= MinInterval && classes[i + 1] != most && sorted[i + 1] != sorted[i])
            {
                edges.Add(sorted[i] + (sorted[i + 1] - sorted[i]) / 2);
                Array.Clear(counts);
            }
        }

        return row =>
        {
            var at = edges.BinarySearch(values[row]);
            return double.IsNaN(values[row]) ? -1 : at < 0 ? ~at : at;
        };
    }
}

using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>
/// Finds where the target changes along a single column of numbers: the thresholds of a small regression or classification tree with that
/// column alone (Breiman et al. 1984), as bounds of bins (Gorishniy, Rubachev and Babenko 2022, "target-aware bins"). Like LightGBM, it
/// looks for them between groups of rows rather than between single rows.
/// </summary>
internal static class TargetSplits
{
    /// <summary>Groups of about the same number of rows.</summary>
    private const int MaxGroups = 256;

    /// <summary>Largest number of thresholds.</summary>
    public const int MaxSplits = 7;

    /// <summary>A split on one side of which are fewer rows says more about these rows than about the column.</summary>
    private const int MinRows = 5;

    /// <summary>A split of noise explains as much as one row leaves unexplained on average. The best of many splits explains a few
    /// times that.</summary>
    private const double MinGain = 8;

    /// <summary>Finds thresholds.</summary>
    /// <param name="column">The column.</param>
    /// <param name="rows">Numbers of the training rows.</param>
    /// <param name="sorted">The values of these rows without the missing ones, ascending; at least one.</param>
    /// <param name="targets">The targets of these rows.</param>
    /// <returns>Ascending, each between two different values.</returns>
    public static List<double> Find(NumberColumn column, ReadOnlySpan<int> rows, ReadOnlySpan<double> sorted, TrainingTargets targets)
    {
        var groups = Groups.Of(column, rows, sorted, targets);
        var leaves = new PriorityQueue<Split, double>();
        var thresholds = new List<double>();
        Add(0, groups.Count);
        while (thresholds.Count < MaxSplits && leaves.TryDequeue(out var split, out _))
        {
            thresholds.Add(groups.Between(split.At - 1, split.At));
            Add(split.From, split.At);
            Add(split.At, split.To);
        }

        thresholds.Sort();
        return thresholds;

        void Add(int from, int to)
        {
            if (groups.BestSplit(from, to) is { } split)
            {
                leaves.Enqueue(split, -split.Gain);
            }
        }
    }

    /// <summary>Divides the groups <paramref name="From"/> to <paramref name="To"/> - 1 before group
    /// <paramref name="At"/>.</summary>
    private readonly record struct Split(int From, int At, int To, double Gain);

    /// <summary>Consecutive values, and the sums of their targets: of the values, or of the rows of each class.</summary>
    private sealed class Groups
    {
        private readonly double[] _smallest;
        private readonly double[] _largest;
        private readonly int[] _rows;
        private readonly double[] _sums;
        private readonly int _width;
        private double _squares;
        private double _minGain;

        private Groups(double[] largest, int width)
        {
            (_largest, _width) = (largest, width);
            (_smallest, _rows, _sums) = (new double[largest.Length], new int[largest.Length], new double[largest.Length * width]);
            Array.Fill(_smallest, double.PositiveInfinity);
        }

        public int Count => _largest.Length;

        public static Groups Of(NumberColumn column, ReadOnlySpan<int> rows, ReadOnlySpan<double> sorted, TrainingTargets targets)
        {
            var largest = new List<double>();
            for (var group = 1; group <= MaxGroups; group++)
            {
                var last = sorted[Math.Max(0, (int)((long)sorted.Length * group / MaxGroups) - 1)];
                if (largest.Count == 0 || last > largest[^1])
                {
                    largest.Add(last);
                }
            }

            var groups = new Groups([.. largest], targets.Width);
            for (var i = 0; i < rows.Length; i++)
            {
                if (!column.IsMissing(rows[i]))
                {
                    groups.Add(column.Values[rows[i]], targets.IndexOf(i), targets.ValueOf(i));
                }
            }

            groups._minGain = MinGain * groups.UnexplainedOfRow();
            return groups;
        }

        /// <summary>The middle between two groups.</summary>
        public double Between(int group, int next) => _largest[group] + (_smallest[next] - _largest[group]) / 2;

        /// <summary>Finds the split after which the means of both sides explain most of the targets.</summary>
        /// <returns>Null if no split explains more than chance.</returns>
        public Split? BestSplit(int from, int to)
        {
            var (left, all) = (new double[_width], new double[_width]);
            var (leftRows, allRows) = (0, 0);
            for (var group = from; group < to; group++)
            {
                AddTo(all, group);
                allRows += _rows[group];
            }

            var best = new Split(from, from, to, _minGain);
            for (var at = from + 1; at < to; at++)
            {
                AddTo(left, at - 1);
                leftRows += _rows[at - 1];
                if (leftRows < MinRows || allRows - leftRows < MinRows)
                {
                    continue;
                }

                var gain = 0.0;
                for (var i = 0; i < _width; i++)
                {
                    var right = all[i] - left[i];
                    gain += left[i] * left[i] / leftRows + right * right / (allRows - leftRows) - all[i] * all[i] / allRows;
                }

                best = gain > best.Gain ? best with { At = at, Gain = gain } : best;
            }

            return best.At > from ? best : null;
        }

        /// <summary>The variance of a row's target.</summary>
        private double UnexplainedOfRow()
        {
            var (sums, rows) = (new double[_width], 0);
            for (var group = 0; group < Count; group++)
            {
                AddTo(sums, group);
                rows += _rows[group];
            }

            return (_squares - sums.Sum(sum => sum * sum) / rows) / rows;
        }

        private void Add(double value, int index, double target)
        {
            var found = Array.BinarySearch(_largest, value);
            var group = found >= 0 ? found : ~found;
            _smallest[group] = Math.Min(_smallest[group], value);
            _rows[group]++;
            _sums[group * _width + index] += target;
            _squares += target * target;
        }

        private void AddTo(double[] sums, int group)
        {
            for (var i = 0; i < _width; i++)
            {
                sums[i] += _sums[group * _width + i];
            }
        }
    }
}

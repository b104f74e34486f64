using System.Collections.Frozen;
using System.Numerics;
using System.Runtime.InteropServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Drift;

/// <summary>
/// Where rows to predict are counted. Each feature has a counter for each of its bins or levels, for rare and for unseen levels, and for
/// missing values. Counters of several tables add up, and contain no value of a cell. Thread-safe.
/// </summary>
public sealed class InputLayout
{
    private readonly FeatureCounters[] _features;

    private InputLayout(FeatureCounters[] features) => (_features, Counters) = (features, features.Sum(feature => feature.Length));

    /// <summary>Number of counters of all features.</summary>
    public int Counters { get; }

    /// <summary>The layout of a model's features.</summary>
    /// <returns>Null if an earlier version of the service trained the model, which did not count the training rows.</returns>
    public static InputLayout? Of(Encoder encoder) => encoder.Features.All(feature => feature.TrainingCounts is not null)
        ? new([.. encoder.Features.Select(feature => new FeatureCounters(feature))])
        : null;

    /// <summary>Counts the rows of a table.</summary>
    /// <param name="table">Contains every feature.</param>
    /// <returns>[<see cref="Counters"/>].</returns>
    public long[] Count(Table table)
    {
        var counts = new long[Counters];
        var rest = counts.AsSpan();
        foreach (var feature in _features)
        {
            feature.Count(table.Find(feature.Name)!, rest[..feature.Length]);
            rest = rest[feature.Length..];
        }

        return counts;
    }

    /// <summary>Compares the rows that were counted with the training rows.</summary>
    /// <param name="counts">[<see cref="Counters"/>]: sums of <see cref="Count"/>, of at least one row.</param>
    /// <returns>Those that have moved first, then by effect size.</returns>
    public IReadOnlyList<ColumnDrift> Compare(ReadOnlySpan<long> counts)
    {
        var columns = new List<ColumnDrift>(_features.Length);
        foreach (var feature in _features)
        {
            columns.Add(feature.Compare(counts[..feature.Length]));
            counts = counts[feature.Length..];
        }

        return ColumnDrift.Judge(columns);
    }

    /// <summary>The counters of one feature; the last one is that of missing values.</summary>
    private sealed class FeatureCounters
    {
        private readonly FeatureEncoding _feature;
        private readonly double[] _edges;
        private readonly FrozenDictionary<string, int> _levels;

        public FeatureCounters(FeatureEncoding feature)
        {
            _feature = feature;
            _edges = [.. feature.TrainingCounts!.Edges ?? []];
            var levels = new Dictionary<string, int>();
            if (feature is CategoryEncoding texts)
            {
                foreach (var level in texts.Levels)
                {
                    levels.Add(level, levels.Count);
                }

                foreach (var level in texts.RareLevels)
                {
                    levels.Add(level, texts.Levels.Count);
                }

                Unseen = texts.Levels.Count + 1;
            }

            _levels = levels.ToFrozenDictionary();
            Length = feature is CategoryEncoding ? Unseen + 2 : _edges.Length + 2;
        }

        public string Name => _feature.Name;

        public int Length { get; }

        private int Unseen { get; }

        private int Missing => Length - 1;

        public void Count(Column column, Span<long> counts)
        {
            if (column is NumberColumn numbers)
            {
                CountNumbers(numbers.Values, counts);
            }
            else
            {
                var texts = (CategoryColumn)column;
                var counters = Array.ConvertAll(texts.Levels, level => _levels.GetValueOrDefault(level, Unseen));
                foreach (var code in texts.Codes)
                {
                    counts[code == CategoryColumn.Missing ? Missing : code < counters.Length ? counters[code] : Unseen]++;
                }
            }
        }

        public ColumnDrift Compare(ReadOnlySpan<long> counts) => _feature switch
        {
            NumberEncoding { Kind: ColumnKind.Boolean } => InputDrift.OfBooleans(_feature, counts),
            NumberEncoding numbers => InputDrift.OfNumbers(numbers, counts),
            _ => InputDrift.OfLevels((CategoryEncoding)_feature, counts),
        };

        /// <summary>A bin has the values that are at least its lower edge, less those that are at least its upper one. All values are
        /// compared with each edge, several at a time, which is faster than a search for the bin of each value.</summary>
        private void CountNumbers(ReadOnlySpan<double> values, Span<long> counts)
        {
            var atLeast = CountAtLeast(values, double.NegativeInfinity);
            counts[Missing] = values.Length - atLeast;
            for (var edge = 0; edge < _edges.Length; edge++)
            {
                var next = CountAtLeast(values, _edges[edge]);
                (counts[edge], atLeast) = (atLeast - next, next);
            }

            counts[_edges.Length] = atLeast;
        }

        /// <summary>The number of values that are at least a limit. NaN, which is missing, is not.</summary>
        private static long CountAtLeast(ReadOnlySpan<double> values, double limit)
        {
            var vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
            var (limits, sum) = (new Vector<double>(limit), Vector<long>.Zero);
            foreach (var vector in vectors)
            {
                sum -= Vector.GreaterThanOrEqual(vector, limits); // -1 where it is true
            }

            var count = Vector.Sum(sum);
            foreach (var value in values[(vectors.Length * Vector<double>.Count)..])
            {
                count += value >= limit ? 1 : 0;
            }

            return count;
        }
    }
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Drift;

/// <summary>Compares the counted rows of a feature with the training rows.</summary>
internal static class InputDrift
{
    private const string First = "in training";
    private const string RareLevels = "(rare levels)";
    private const string OtherLevels = "(other levels)";

    /// <summary>Compares numbers by a Kolmogorov-Smirnov test at the edges of the bins. Between two edges the difference may be larger, so
    /// D is at most that of the values themselves, and the p-value at least theirs.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="counts">Rows of each bin, and then those without a value.</param>
    public static ColumnDrift OfNumbers(NumberEncoding feature, ReadOnlySpan<long> counts)
    {
        var training = feature.TrainingCounts!;
        long[] first = [.. training.Rows];
        var second = counts[..^1];
        var (firstPresent, secondPresent) = (ChiSquared.Sum(first), ChiSquared.Sum(second));
        var firstSample = new ColumnSample(firstPresent + training.Missing, training.Missing,
            firstPresent == 0 ? null : feature.Mean, firstPresent == 0 ? null : feature.Median, null);
        var median = firstPresent == 0 || secondPresent == 0 ? (double?)null
            : Math.Min(feature.Max, MedianOf(training.Edges!, second, secondPresent));
        var secondSample = new ColumnSample(secondPresent + counts[^1], counts[^1], null, median, null);
        var missing = LevelDrift.CompareMissing(feature.Name, First, firstSample, secondSample);
        if (firstPresent == 0 || secondPresent == 0)
        {
            return new(feature.Name, feature.Kind, firstSample, secondSample, null, missing, null);
        }

        var test = CompareAtEdges(training.Edges!, first, second);
        var isTop = test.At == training.Edges![^1]; // just above the largest training value
        var sentence = new DriftText(feature.Name, First).OfNumbers(
            value => DriftText.Of(value, feature.Kind), isTop ? test with { At = feature.Max } : test, feature.Median, median!.Value,
            isTop ? "at most" : "below");
        return new(feature.Name, feature.Kind, firstSample, secondSample,
            new(DriftTest.KolmogorovSmirnov, test.Statistic, test.Statistic, test.PValue, sentence), missing,
            PopulationStabilityIndex.Evaluate(first, second))
        {
            OutsideTraining = second[0] + second[^1],
        };
    }

    /// <summary>Compares booleans.</summary>
    /// <param name="feature">The feature, with a bin for false and one for true.</param>
    /// <param name="counts">Rows of each bin, and then those without a value.</param>
    public static ColumnDrift OfBooleans(FeatureEncoding feature, ReadOnlySpan<long> counts)
    {
        var training = feature.TrainingCounts!;
        return LevelDrift.Compare(feature.Name, ColumnKind.Boolean, First, ["false", "true"],
            new([training.Rows[1], training.Rows[2]], ChiSquared.Sum([.. training.Rows]) + training.Missing),
            new([counts[1], counts[2]], ChiSquared.Sum(counts)));
    }

    /// <summary>Compares the levels of a category.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="counts">Rows of each level, of rare and of other ones, and then those without a value.</param>
    public static ColumnDrift OfLevels(CategoryEncoding feature, ReadOnlySpan<long> counts)
    {
        var training = feature.TrainingCounts!;
        long[] first = [.. training.Rows];
        return LevelDrift.Compare(feature.Name, ColumnKind.Category, First, [.. feature.Levels, RareLevels, OtherLevels],
            new(first, ChiSquared.Sum(first) + training.Missing), new(counts[..^1].ToArray(), ChiSquared.Sum(counts))) with
        {
            OutsideTraining = first[^1] == 0 ? counts[^2] : null,
        };
    }

    private static KolmogorovSmirnovTest CompareAtEdges(IReadOnlyList<double> edges, ReadOnlySpan<long> first, ReadOnlySpan<long> second)
    {
        var (firstTotal, secondTotal) = (ChiSquared.Sum(first), ChiSquared.Sum(second));
        var (firstBelow, secondBelow) = (0L, 0L);
        var (largest, at, firstShare, secondShare) = (0.0, edges[0], 0.0, 0.0);
        for (var edge = 0; edge < edges.Count; edge++)
        {
            (firstBelow, secondBelow) = (firstBelow + first[edge], secondBelow + second[edge]);
            var (firstAt, secondAt) = ((double)firstBelow / firstTotal, (double)secondBelow / secondTotal);
            if (Math.Abs(firstAt - secondAt) > largest)
            {
                (largest, at, firstShare, secondShare) = (Math.Abs(firstAt - secondAt), edges[edge], firstAt, secondAt);
            }
        }

        return new(largest, KolmogorovSmirnov.PValue(largest, firstTotal, secondTotal), at, firstShare, secondShare);
    }

    /// <summary>The median, if the values of a bin are evenly spread; at most the training range.</summary>
    private static double MedianOf(IReadOnlyList<double> edges, ReadOnlySpan<long> bins, long total)
    {
        var below = 0L;
        var bin = 0;
        for (; bin < bins.Length - 1 && 2 * (below + bins[bin]) < total; bin++)
        {
            below += bins[bin];
        }

        return bin == 0 ? edges[0] : bin == edges.Count ? edges[^1]
            : edges[bin - 1] + (edges[bin] - edges[bin - 1]) * ((total / 2.0 - below) / bins[bin]);
    }
}

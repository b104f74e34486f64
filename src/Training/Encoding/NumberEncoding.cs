using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>A standardised number. A missing value is replaced by the median and marked in a second input. <see cref="Pieces"/> are further
/// inputs.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">Number or boolean.</param>
/// <param name="Mean">Mean of the training rows that have a value, in the column's own unit.</param>
/// <param name="StandardDeviation">Population standard deviation of the same values; 1 for a constant column.</param>
/// <param name="Median">Median of the same values.</param>
/// <param name="Min">Smallest value in training.</param>
/// <param name="Max">Largest value in training.</param>
/// <param name="HasIndicator">Whether some training rows have no value, so that the second input (1 = missing) can be learnt.</param>
public sealed record NumberEncoding(
    string Name, ColumnKind Kind, double Mean, double StandardDeviation, double Median, double Min, double Max, bool HasIndicator)
    : FeatureEncoding(Name)
{
    /// <summary>The largest magnitude of a standardised value. Networks compute in single precision, which ends at 3e38, and multiply
    /// values by weights.</summary>
    public const double LargestStandardised = 1e30;

    /// <summary>Standard deviations beyond the training range from which on numbers are limited, see <see cref="RangeLimit"/>. Null in
    /// models of earlier versions of the service: no limit.</summary>
    public double? Reach { get; init; }

    /// <summary>The piecewise-linear encoding of the number; null if it has none.</summary>
    public PiecewiseEncoding? Pieces { get; init; }

    /// <summary>For dates: the cycles of the calendar that have inputs of their own, after the indicator. They are 0 where the date is
    /// missing.</summary>
    public IReadOnlyList<CalendarCycle> Cycles { get; init; } = [];

    public override int Width => WidthWithoutCycles + CalendarCycles.Width * Cycles.Count;

    private int WidthWithoutCycles => HasIndicator ? 2 : 1;

    /// <summary>Fits the encoding on the training rows. A column without any value there always encodes as 0.</summary>
    /// <param name="column">The column.</param>
    /// <param name="trainRows">Row numbers.</param>
    /// <param name="options">Plain or piecewise; null for the encoding of runs that were stored before there were options.</param>
    /// <param name="targets">The targets of the same rows, from which a piecewise encoding takes further bounds; null for none.</param>
    public static NumberEncoding Fit(
        NumberColumn column, ReadOnlySpan<int> trainRows, EncodingOptions? options = null, TrainingTargets? targets = null)
    {
        var (values, count) = (new double[trainRows.Length], 0);
        foreach (var row in trainRows)
        {
            if (!column.IsMissing(row))
            {
                values[count++] = column.Values[row];
            }
        }

        var (missing, areBooleans) = (trainRows.Length - count, column.Kind == ColumnKind.Boolean);
        if (count == 0)
        {
            return new(column.Name, column.Kind, 0, 1, 0, 0, 0, HasIndicator: false)
            {
                TrainingCounts = TrainingCounts.OfNumbers([], missing, areBooleans),
            };
        }

        var sorted = values.AsSpan(0, count);
        NumberSort.Sort(sorted);
        var moments = Moments.Of(sorted);
        var median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        return new(column.Name, column.Kind, moments.Mean, moments.NonZeroDeviation, median, sorted[0], sorted[^1],
            HasIndicator: missing > 0)
        {
            Reach = options is null ? null : RangeLimit.Reach,
            Cycles = column.Kind == ColumnKind.Date && options is { Dates: DateInputs.Calendar } ? CalendarCycles.Of(sorted) : [],
            Pieces = !areBooleans && options is { Numbers: NumberInputs.Piecewise, Bins: { } bins }
                ? PiecewiseEncoding.Fit(sorted, bins, targets is null ? [] : TargetSplits.Find(column, trainRows, sorted, targets)) : null,
            TrainingCounts = TrainingCounts.OfNumbers(sorted, missing, areBooleans),
        };
    }

    /// <summary>Whether a value is too far from the training rows for the network to compute with it. A missing value is not.</summary>
    public bool IsTooFar(double value) => Reach is null && Min != Max && Math.Abs(Standardise(value)) > LargestStandardised;

    /// <summary>Whether a value is so far beyond the training range that the network gets it limited.</summary>
    public bool IsLimited(double value) => (value > Max || value < Min) && Reach is { } reach && Min != Max
        && (Standardise(value) > Standardise(Max) + reach || Standardise(value) < Standardise(Min) - reach);

    public override void Encode(Column column, ReadOnlySpan<int> rows, Span<float> features, int stride, int offset)
    {
        var values = ((NumberColumn)column).Values;
        var (low, high, reach) = (Standardise(Min), Standardise(Max), Reach ?? double.PositiveInfinity);
        for (var i = 0; i < rows.Length; i++)
        {
            var value = values[rows[i]];
            var missing = double.IsNaN(value);
            features[i * stride + offset] =
                Min == Max ? 0 : (float)RangeLimit.Apply(Standardise(missing ? Median : value), low, high, reach);
            if (!missing)
            {
                CalendarCycles.Encode(Cycles, value, features[(i * stride + offset + WidthWithoutCycles)..]);
            }
            else if (HasIndicator)
            {
                features[i * stride + offset + 1] = 1;
            }
        }
    }

    private double Standardise(double value) => (value - Mean) / StandardDeviation;
}

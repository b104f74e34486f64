using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>Decides how columns are encoded, and refuses settings that would be ignored.</summary>
internal static class EncodingDefaults
{
    /// <summary>Bins of each column between quantiles. On 40 tables, two splits, errors relative to LightGBM's were 1.041 (classes) and
    /// 0.942 (numbers) with 8 bins, and 1.052 and 0.946 with 16, which take more time. Without the bounds of <see cref="TargetSplits"/>,
    /// 16 bins had 1.09 and 0.935.</summary>
    private const int Bins = 8;

    /// <summary>With fewer training rows, a bin has too few of them for its weight to be learnt: 37 with 300, and fewer where bounds of
    /// <see cref="TargetSplits"/> divide it.</summary>
    private const int MinRows = 300;

    /// <summary>With more encoded numbers, the memory and time for additional inputs need a decision: 400 MB.</summary>
    private const long MaxInputs = 100_000_000;

    /// <summary>Chooses the encoding of numbers, by the training rows alone.</summary>
    /// <param name="options">The request's options; null if it has none.</param>
    /// <param name="columns">The features.</param>
    /// <param name="trainRows">Number of training rows.</param>
    /// <exception cref="RefusedException"><c>notApplicable</c>: the request has calendar dates, but no feature is a date.</exception>
    public static EncodingOptions Choose(EncodingOptions? options, IReadOnlyList<Column> columns, int trainRows)
    {
        var bins = options?.Bins ?? Bins;
        var numbers = columns.Count(column => column is NumberColumn { Kind: not ColumnKind.Boolean });
        var inputs = (long)trainRows * (bins + TargetSplits.MaxSplits) * numbers;
        var isPlain = options?.Numbers is NumberInputs.Plain
            || (options?.Numbers is null or NumberInputs.Auto && (trainRows < MinRows || inputs > MaxInputs));
        return new()
        {
            Numbers = isPlain ? NumberInputs.Plain : NumberInputs.Piecewise,
            Bins = isPlain ? null : bins,
            Dates = DatesOf(options, columns),
        };
    }

    private static DateInputs? DatesOf(EncodingOptions? options, IReadOnlyList<Column> columns) =>
        columns.Any(column => column.Kind == ColumnKind.Date) ? options?.Dates ?? DateInputs.Calendar
        : options?.Dates is null or DateInputs.Elapsed ? null
        : throw new RefusedException("notApplicable", "encoding.dates", "No feature is a date, so there is no calendar. Leave dates out.");

    /// <summary>Describes the encoding that was fitted: plain if no column has bins.</summary>
    /// <param name="options">The request's options; null if it has none.</param>
    /// <param name="chosen">What <see cref="Choose"/> returned for them.</param>
    /// <param name="encoder">Fitted with that.</param>
    /// <exception cref="RefusedException"><c>notApplicable</c>: an option would be ignored.</exception>
    public static EncodingOptions Resolve(EncodingOptions? options, EncodingOptions chosen, Encoder encoder)
    {
        if (encoder.Width > encoder.PlainWidth)
        {
            return chosen;
        }

        if (options?.Numbers == NumberInputs.Piecewise)
        {
            throw new RefusedException("notApplicable", "encoding.numbers",
                "No feature is a number with at least 3 different values in the training rows, so there is nothing to encode piecewise. " +
                "Leave it out.");
        }

        if (options?.Bins is not null)
        {
            var plain = options.Numbers == NumberInputs.Plain ? "A plain encoding" : "For these rows, auto chooses a plain encoding, which";
            throw new RefusedException("notApplicable", "encoding.bins",
                $"{plain} has no bins. Leave bins out, or send \"numbers\": \"piecewise\".");
        }

        return chosen with { Numbers = NumberInputs.Plain, Bins = null };
    }
}

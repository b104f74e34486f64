using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>A standardised number. A missing value is replaced by the median and marked in a second input.</summary>
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
    public override int Width => HasIndicator ? 2 : 1;

    /// <summary>Fits the encoding on the training rows. A column without any value there always encodes as 0.</summary>
    public static NumberEncoding Fit(NumberColumn column, ReadOnlySpan<int> trainRows)
    {
        var values = new List<double>(trainRows.Length);
        foreach (var row in trainRows)
        {
            if (!column.IsMissing(row))
            {
                values.Add(column.Values[row]);
            }
        }

        if (values.Count == 0)
        {
            return new(column.Name, column.Kind, 0, 1, 0, 0, 0, HasIndicator: false);
        }

        values.Sort();
        var moments = Moments.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
        var median = (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
        return new(column.Name, column.Kind, moments.Mean, moments.NonZeroDeviation, median, values[0], values[^1],
            HasIndicator: values.Count < trainRows.Length);
    }

    public override void Encode(Column column, ReadOnlySpan<int> rows, Span<float> features, int stride, int offset)
    {
        var values = ((NumberColumn)column).Values;
        for (var i = 0; i < rows.Length; i++)
        {
            var value = values[rows[i]];
            var missing = double.IsNaN(value);
            features[i * stride + offset] = Min == Max ? 0 : (float)(((missing ? Median : value) - Mean) / StandardDeviation);
            if (missing && HasIndicator)
            {
                features[i * stride + offset + 1] = 1;
            }
        }
    }
}

using System.Text.Json.Serialization;

namespace Velodrome.Training.Encoding;

/// <summary>
/// Piecewise-linear encoding of a number (Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in Tabular Deep
/// Learning", 2022). Each bin has an input: 0 for numbers below the bin, 1 for those above, and rising linearly within. A first layer with
/// a weight per bin can compute any continuous function that is linear within each bin.
/// </summary>
/// <param name="Bounds">[bins + 1], ascending: bin t is from bound t to bound t + 1.</param>
public sealed record PiecewiseEncoding(IReadOnlyList<double> Bounds)
{
    /// <summary>With fewer bounds there is one bin, whose input would repeat the standardised number.</summary>
    private const int MinBounds = 3;

    /// <summary>Number of inputs.</summary>
    [JsonIgnore]
    public int Width => Bounds.Count - 1;

    /// <summary>Whether there are enough bounds, and each is larger than the one before.</summary>
    [JsonIgnore]
    internal bool IsComplete =>
        Bounds is { Count: >= MinBounds } && Bounds.Zip(Bounds.Skip(1)).All(pair => pair.First < pair.Second);

    /// <summary>Takes the distinct quantiles of the training rows as bounds, and further ones.</summary>
    /// <param name="sorted">The values of the training rows that have one, ascending; at least one.</param>
    /// <param name="bins">Largest number of bins between the quantiles.</param>
    /// <param name="further">Bounds between the smallest and the largest value, at which bins are divided.</param>
    /// <returns>Null if there are fewer than two bins, as for fewer than three different values.</returns>
    internal static PiecewiseEncoding? Fit(ReadOnlySpan<double> sorted, int bins, IReadOnlyList<double> further)
    {
        var bounds = new List<double> { sorted[0] };
        for (var bin = 1; bin <= bins; bin++)
        {
            if (sorted[(int)((sorted.Length - 1L) * bin / bins)] is var bound && bound > bounds[^1])
            {
                bounds.Add(bound);
            }
        }

        return bounds.Count < MinBounds ? null : new([.. bounds.Concat(further).Distinct().Order()]);
    }

    /// <summary>Encodes rows of a column.</summary>
    /// <param name="values">The column's values, NaN where missing.</param>
    /// <param name="rows">Row numbers, in the order of the result.</param>
    /// <param name="median">Replaces a missing value.</param>
    /// <param name="features">Receives row-major [rows, stride]; must be zero before.</param>
    /// <param name="stride">Number of inputs of all columns together.</param>
    /// <param name="offset">Index of this column's first piece.</param>
    internal void Encode(
        ReadOnlySpan<double> values, ReadOnlySpan<int> rows, double median, Span<float> features, int stride, int offset)
    {
        ReadOnlySpan<double> bounds = [.. Bounds];
        for (var i = 0; i < rows.Length; i++)
        {
            var value = values[rows[i]];
            Encode(double.IsNaN(value) ? median : value, bounds, features.Slice(i * stride + offset, Width));
        }
    }

    private static void Encode(double value, ReadOnlySpan<double> bounds, Span<float> inputs)
    {
        var bin = 0;
        for (; bin < inputs.Length && value >= bounds[bin + 1]; bin++)
        {
            inputs[bin] = 1;
        }

        if (bin < inputs.Length && value > bounds[bin])
        {
            inputs[bin] = (float)((value - bounds[bin]) / (bounds[bin + 1] - bounds[bin]));
        }
    }
}

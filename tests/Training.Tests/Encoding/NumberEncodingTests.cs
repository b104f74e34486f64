using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class NumberEncodingTests
{
    private const double None = double.NaN;

    [Fact]
    public void Numbers_are_standardised_as_in_scikit_learn()
    {
        // sklearn.preprocessing.StandardScaler on the same column: mean_ 4.125, scale_ 3.28585986.
        var encoding = Fit([1, 2, 4, 9.5]);

        Assert.Equal(4.125, encoding.Mean);
        Assert.Equal(3.2858598570237287, encoding.StandardDeviation, 1e-15);
        AssertClose([-0.9510448f, -0.6467105f, -0.0380418f, 1.6357971f], Encode(encoding, [1, 2, 4, 9.5]));
    }

    [Theory]
    [InlineData(new[] { 1, None, 3, 10, None }, 3)]         // odd number of values
    [InlineData(new[] { 20, 1, None, 10, 3 }, 6.5)]         // even number: the mean of the middle two
    [InlineData(new[] { None, 7 }, 7)]
    public void A_missing_value_is_replaced_by_the_median_and_marked_in_a_second_input(double[] values, double median)
    {
        var encoding = Fit(values);
        Assert.Equal((median, true, 2), (encoding.Median, encoding.HasIndicator, encoding.Width));

        var encoded = Encode(encoding, values);
        var encodedMedian = (float)((median - encoding.Mean) / encoding.StandardDeviation);
        for (var row = 0; row < values.Length; row++)
        {
            Assert.Equal(double.IsNaN(values[row]) ? 1 : 0, encoded[2 * row + 1]);
            Assert.True(!double.IsNaN(values[row]) || encoded[2 * row] == encodedMedian);
        }
    }

    [Fact]
    public void A_value_that_is_missing_only_after_training_is_replaced_by_the_median()
    {
        var encoding = Fit([1, 3, 8]);

        Assert.Equal(1, encoding.Width);
        AssertClose([-1 / 2.9439203f], Encode(encoding, [None]));       // (3 - 4) / √(26 / 3)
    }

    [Fact]
    public void A_boolean_is_encoded_as_the_number_0_or_1()
    {
        var encoding = NumberEncoding.Fit(new("sold", [1, 0, 1, 1], ColumnKind.Boolean), [0, 1, 2, 3]);

        Assert.Equal((ColumnKind.Boolean, 0.75, 0.0, 1.0), (encoding.Kind, encoding.Mean, encoding.Min, encoding.Max));
        AssertClose([0.25f / 0.4330127f, -0.75f / 0.4330127f], Encode(encoding, [1, 0]));       // deviation √(3 / 16)
    }

    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    [InlineData(0.1)]           // its mean is rounded
    [InlineData(-1e30)]
    public void A_constant_column_encodes_as_0(double value)
    {
        double[] values = [value, value, value];

        Assert.All(Encode(Fit(values), values), encoded => Assert.Equal(0, encoded, 1e-6f));
    }

    /// <summary>The network never learnt from such a column, so a later value must not reach its untrained weights.</summary>
    [Fact]
    public void A_column_without_any_value_in_training_always_encodes_as_0()
    {
        var encoding = NumberEncoding.Fit(new("size", [None, None, 5e6]), [0, 1]);

        Assert.Equal(1, encoding.Width);
        Assert.Equal([0, 0, 0], Encode(encoding, [None, 5e6, -1]));
    }

    [Fact]
    public void The_encoding_contains_the_range_of_the_training_rows()
    {
        var encoding = NumberEncoding.Fit(new("size", [5, -2, None, 9, 1000]), [0, 1, 2, 3]);

        Assert.Equal((-2, 9), (encoding.Min, encoding.Max));
    }

    private static NumberEncoding Fit(double[] values) => NumberEncoding.Fit(new("size", values), Sample.Indices(values.Length));

    private static float[] Encode(NumberEncoding encoding, double[] values)
    {
        var features = new float[values.Length * encoding.Width];
        encoding.Encode(new NumberColumn("size", values), Sample.Indices(values.Length), features, encoding.Width, 0);
        return features;
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }
}

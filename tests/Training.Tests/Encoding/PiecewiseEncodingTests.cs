using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class PiecewiseEncodingTests
{
    private const double None = double.NaN;

    [Fact]
    public void Bounds_are_quantiles_of_the_training_rows()
    {
        Assert.Equal([0, 4, 8, 12, 16], Bounds([.. Enumerable.Range(0, 17).Reverse().Select(i => (double)i)], bins: 4)!);
        Assert.Equal([0, 16], [Bounds([.. Enumerable.Range(0, 17).Select(i => (double)i)], bins: 64)![0], Bounds([0, 8, 16], 64)![^1]]);
    }

    [Fact]
    public void Equal_quantiles_are_one_bound() =>
        Assert.Equal([0, 1, 5], Bounds([0, 0, 0, 0, 0, 1, 1, 5, None, None], bins: 16)!);

    [Theory]
    [InlineData(new[] { 3, 3, 3.0 })]
    [InlineData(new[] { 0, 1, 0, 1, None })]
    [InlineData(new[] { None, None })]
    public void Columns_with_fewer_than_three_values_stay_plain(double[] values) => Assert.Null(Bounds(values, bins: 16));

    [Fact]
    public void Booleans_and_plain_numbers_have_no_pieces()
    {
        var options = new EncodingOptions { Numbers = NumberInputs.Piecewise, Bins = 4 };
        double[] values = [0, 1, 2, 3];

        Assert.NotNull(NumberEncoding.Fit(new("x", values), [0, 1, 2, 3], options).Pieces);
        Assert.Null(NumberEncoding.Fit(new("x", values, ColumnKind.Boolean), [0, 1, 2, 3], options).Pieces);
        Assert.Null(NumberEncoding.Fit(new("x", values), [0, 1, 2, 3], new() { Numbers = NumberInputs.Plain }).Pieces);
        Assert.Null(NumberEncoding.Fit(new("x", values), [0, 1, 2, 3]).Pieces);
    }

    [Fact]
    public void A_piece_is_the_position_in_its_bin_between_0_and_1()
    {
        var values = Sample.Numbers(500, seed: 3, limit: 20).Select(value => (double)value).Concat([-3, 0, 1, 10, 1e37, -1e37]).ToArray();
        double[] bounds = [-3, 0, 1, 10];
        var features = new float[values.Length * 5];

        new PiecewiseEncoding(bounds).Encode(values, Sample.Indices(values.Length), 0, features, stride: 5, offset: 1);

        for (var row = 0; row < values.Length; row++)
        {
            for (var t = 1; t < bounds.Length; t++)
            {
                var expected = Math.Clamp((values[row] - bounds[t - 1]) / (bounds[t] - bounds[t - 1]), 0, 1);
                Assert.Equal(expected, features[row * 5 + t], 1e-7);
            }

            Assert.Equal((0, 0), (features[row * 5], features[row * 5 + 4])); // the inputs of others
        }
    }

    [Fact]
    public void The_pieces_of_all_columns_follow_the_plain_inputs()
    {
        var table = new Table([
            new NumberColumn("a", [0, 1, None, 3, 4]),
            CategoryColumn.FromTexts("b", ["x", "y", "x", "y", "x"]),
            new NumberColumn("c", [5, 6, 7, 8, 9]),
            new NumberColumn("y", [1, 2, 3, 4, 5])]);
        int[] rows = [0, 1, 2, 3, 4];
        Encoder Fit(NumberInputs numbers, int? bins) => Encoder.Fit(
            table, ["a", "b", "c"], "y", LearningTask.Regression, rows, new() { Numbers = numbers, Bins = bins });

        var (plain, pieces) = (Fit(NumberInputs.Plain, null), Fit(NumberInputs.Piecewise, 2));
        var encoded = pieces.Encode(table, rows);

        Assert.Equal((5, 5, 9), (plain.Width, pieces.PlainWidth, pieces.Width));
        Assert.Equal(plain.EncodeFeatures(table, rows), encoded.TakeFeatures(5).Features);
        // a: bounds 0, 1, 4 and the median 2; c: bounds 5, 7, 9
        Assert.Equal([0, 0, 0, 0], encoded.Features[5..9]);
        Assert.Equal([1, 0, 0.5f, 0], encoded.Features[14..18]);
        Assert.Equal([1, 1 / 3f, 1, 0], encoded.Features[23..27]);
        Assert.Equal([1, 1, 1, 1], encoded.Features[41..45]);
    }

    private static IReadOnlyList<double>? Bounds(double[] values, int bins) => NumberEncoding.Fit(
        new("x", values), Sample.Indices(values.Length), new() { Numbers = NumberInputs.Piecewise, Bins = bins }).Pieces?.Bounds;
}

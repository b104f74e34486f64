using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class NumberTargetTests
{
    [Theory]
    [InlineData(new[] { 45.0, 55, 62, 71, 80, 85 })]
    [InlineData(new[] { 1e9 + 1, 1e9 + 2, 1e9 + 5 })]       // a large offset doesn't reduce the precision of differences
    [InlineData(new[] { -3e30, 1e30, 2e30 })]
    [InlineData(new[] { 1e-20, 3e-20 })]
    public void Encoded_targets_have_mean_0_and_deviation_1_and_decode_to_the_original(double[] targets)
    {
        var column = new NumberColumn("score", targets);
        var encoding = NumberTarget.Fit(column, Sample.Indices(targets.Length));

        var encoded = encoding.Encode(column, Sample.Indices(targets.Length));

        Assert.Equal(0, encoded.Average(), 1e-6);
        Assert.Equal(1, encoded.Average(value => (double)value * value), 1e-6);
        Assert.All(targets.Zip(encoded), pair => Assert.Equal(pair.First, encoding.Decode(pair.Second), 1e-6 * encoding.StandardDeviation));
    }

    [Fact]
    public void Only_the_training_rows_count()
    {
        var encoding = NumberTarget.Fit(new("score", [1, 1e20, 3, double.NaN]), [0, 2]);

        Assert.Equal(new NumberTarget("score", 2, 1), encoding);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(-1e30)]
    public void A_constant_target_is_refused(double value)
    {
        var fault = Sample.Refusal(() => NumberTarget.Fit(new("score", [value, value, value, 99]), [0, 1, 2]));

        Assert.Equal(("constantTarget", "target"), (fault.Code, fault.Field));
        Assert.Contains("'score'", fault.Message);
    }
}

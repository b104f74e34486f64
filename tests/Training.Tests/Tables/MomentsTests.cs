using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Tables;

public class MomentsTests
{
    /// <summary>Expected values come from Python's statistics.fmean and pstdev.</summary>
    [Theory]
    [InlineData(new[] { 45.0, 55, 62, 71, 80, 85, 91, 97 }, 73.25, 17.049560111627514)]
    [InlineData(new[] { 5.0 }, 5, 0)]
    [InlineData(new[] { -1.5, 1.5 }, 0, 1.5)]
    [InlineData(new[] { 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16 }, 1e9 + 10, 4.743416490252569)] // a large offset doesn't reduce precision
    public void Mean_and_deviation_are_those_of_python(double[] values, double mean, double deviation)
    {
        var moments = Moments.Of(values);

        Assert.Equal(mean, moments.Mean, 1e-12 * Math.Abs(mean));
        Assert.Equal(deviation, moments.StandardDeviation, 1e-12 * Math.Max(1, deviation));
    }

    [Fact]
    public void The_mean_of_no_values_is_NaN() => Assert.True(double.IsNaN(Moments.Of([]).Mean));
}

using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Networks;

public class ErfTests
{
    // The first ten digits: Abramowitz and Stegun, table 7.1. All digits: math.erf of CPython 3.11 (glibc).
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-10, 1.1283791670955126e-10)]
    [InlineData(0.01, 0.011283415555849616)]
    [InlineData(0.1, 0.1124629160182849)]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1, 0.8427007929497149)]
    [InlineData(1.5, 0.9661051464753108)]
    [InlineData(2, 0.9953222650189527)]
    [InlineData(2.4999, 0.9995928300996666)]       // either side of the change from series to continued fraction
    [InlineData(2.5, 0.999593047982555)]
    [InlineData(3, 0.9999779095030014)]
    [InlineData(4, 0.9999999845827421)]
    [InlineData(5, 0.9999999999984626)]
    [InlineData(5.9999, 1)]
    [InlineData(40, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Values_are_the_published_ones_and_the_function_is_odd(double x, double expected)
    {
        Assert.Equal(expected, Erf.Evaluate(x), 1e-14);
        Assert.Equal(-expected, Erf.Evaluate(-x), 1e-14);
    }

    [Fact]
    public void Values_near_zero_keep_their_precision() => Assert.Equal(1, Erf.Evaluate(1e-10) / 1.1283791670955126e-10, 1e-14);

    [Fact]
    public void Erf_of_NaN_is_NaN() => Assert.Equal(double.NaN, Erf.Evaluate(double.NaN));
}

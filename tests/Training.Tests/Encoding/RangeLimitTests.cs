using Velodrome.Training.Encoding;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Encoding;

public class RangeLimitTests
{
    private const double Reach = RangeLimit.Reach;

    [Fact]
    public void Up_to_the_reach_beyond_the_training_range_a_number_is_itself_bit_for_bit() => Assert.All(
        [-1 - Reach, -3.7, -1, -0.1, 0, 0.3, 2, 4.9, 2 + Reach],
        value => Assert.Equal(value, RangeLimit.Apply(value, -1, 2, Reach)));

    [Fact]
    public void Beyond_it_numbers_ascend_towards_twice_the_reach()
    {
        double[] values = [2 + Reach, 5.1, 6, 8, 15, 30, 1e37, double.MaxValue, double.PositiveInfinity];
        var limited = Array.ConvertAll(values, value => RangeLimit.Apply(value, -1, 2, Reach));

        Assert.All(limited.Zip(limited.Skip(1)).Take(6), pair => Assert.True(pair.First < pair.Second, $"{pair}"));
        Assert.All(limited, value => Assert.InRange(value, 2 + Reach, 2 + 2 * Reach));
        Assert.Equal(2 + 2 * Reach, limited[^1]);
    }

    [Fact]
    public void The_slope_is_1_where_the_limit_begins()
    {
        const double Step = 1e-6;
        var (from, beyond) = (RangeLimit.Apply(2 + Reach, -1, 2, Reach), RangeLimit.Apply(2 + Reach + Step, -1, 2, Reach));

        Assert.Equal(1, (beyond - from) / Step, 1e-5);
    }

    [Fact]
    public void Both_ends_are_alike() => Assert.All(
        [3, 5.5, 9, 1e10], value => Assert.Equal(-RangeLimit.Apply(value, -1, 2, Reach), RangeLimit.Apply(-value, -2, 1, Reach)));

    /// <summary>Nine and ten hours are 1.8 and 2.3 deviations beyond the training rows of the lesson.</summary>
    [Fact]
    public void The_hours_of_the_lesson_are_not_limited()
    {
        var (limited, earlier) = (Hours(new() { Numbers = NumberInputs.Plain }), Hours(null));
        double[] hours = [0, 7, 8, 9, 10, 11];

        Assert.Equal(Encode(earlier, hours), Encode(limited, hours));
        Assert.All(hours, hour => Assert.False(limited.IsLimited(hour)));
    }

    [Fact]
    public void A_fill_value_is_limited_and_models_of_earlier_versions_have_no_limit()
    {
        var (limited, earlier) = (Hours(new() { Numbers = NumberInputs.Plain }), Hours(null));

        var encoded = Encode(limited, [9.97e36, 7 - 9.97e36]);
        Assert.InRange(encoded[0], 1.4 + Reach, 1.5 + 2 * Reach);
        Assert.Equal(-encoded[0], encoded[1], 1e-6f);
        Assert.Equal((true, false), (limited.IsLimited(9.97e36), limited.IsTooFar(9.97e36)));
        Assert.InRange(Encode(earlier, [9.97e36])[0], 5e36f, 6e36f);
        Assert.Equal((false, true), (earlier.IsLimited(9.97e36), earlier.IsTooFar(9.97e36)));
    }

    private static NumberEncoding Hours(EncodingOptions? options) =>
        NumberEncoding.Fit(new("hours", [1, 2, 3, 4, 5, 6]), [0, 1, 2, 3, 4, 5], options);

    private static float[] Encode(NumberEncoding encoding, double[] values)
    {
        var features = new float[values.Length];
        encoding.Encode(new NumberColumn("hours", values), Sample.Indices(values.Length), features, 1, 0);
        return features;
    }
}

using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Tables;

public class NumberSortTests
{
    [Theory]
    [InlineData(1_000)] // sorted by comparisons
    [InlineData(5_000)]
    [InlineData(100_001)]
    public void Numbers_of_every_magnitude_are_sorted(int length)
    {
        var random = new System.Random(length);
        var values = Enumerable.Range(0, length).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))
            .ToArray();
        AssertSorts(values);
    }

    [Fact]
    public void Few_different_numbers_with_missing_ones_are_sorted()
    {
        double[] few = [double.NaN, -double.NaN, 0, -0.0, 1, -1, double.MaxValue, double.MinValue, double.Epsilon,
            double.PositiveInfinity, double.NegativeInfinity, 0.1];
        var random = new System.Random(3);
        AssertSorts([.. Enumerable.Range(0, 10_000).Select(_ => few[random.Next(few.Length)])]);
    }

    [Fact]
    public void Equal_numbers_stay() => AssertSorts([.. Enumerable.Repeat(2.5, 3_000)]);

    private static void AssertSorts(double[] values)
    {
        var expected = values.Order().ToArray();

        NumberSort.Sort(values);

        Assert.Equal(expected, values);
    }
}

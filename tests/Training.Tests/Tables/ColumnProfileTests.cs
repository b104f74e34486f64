using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Tables;

public class ColumnProfileTests
{
    [Fact]
    public void Numbers_are_profiled_without_missing_ones()
    {
        var profile = ColumnProfile.ProfileInPlace(new NumberColumn("x", [3, double.NaN, 1, 3, 2]));

        Assert.Equal(
            new ColumnProfile("x", ColumnKind.Number, 1, 3, 1, 3, 2.25, profile.StandardDeviation, "3", 2, profile.Histogram), profile);
        Assert.Equal(0.82915619758885, profile.StandardDeviation!.Value, 1e-12);
    }

    [Fact]
    public void The_smallest_of_equally_frequent_numbers_is_the_most_frequent() =>
        Assert.Equal("1", ColumnProfile.ProfileInPlace(new NumberColumn("x", [2, 1, 2, 1])).MostFrequent);

    [Fact]
    public void No_value_is_the_most_frequent_if_none_repeats() =>
        Assert.Null(ColumnProfile.ProfileInPlace(new NumberColumn("x", [1, 2, 3])).MostFrequent);

    [Fact]
    public void A_column_without_values_has_no_range_and_no_mean() =>
        Assert.Equal(new ColumnProfile("x", ColumnKind.Number, 2, 0, null, null, null, null, null, null),
            ColumnProfile.ProfileInPlace(new NumberColumn("x", [double.NaN, double.NaN])));

    [Fact]
    public void Booleans_are_named_true_and_false() =>
        Assert.Equal("true", ColumnProfile.ProfileInPlace(new NumberColumn("x", [1, 0, 1], ColumnKind.Boolean)).MostFrequent);

    [Fact]
    public void Rows_of_text_are_counted_by_level()
    {
        var profile = ColumnProfile.ProfileInPlace(new CategoryColumn("x", [0, 1, 1, CategoryColumn.Missing], ["a", "b"], 2));

        Assert.Equal(
            new ColumnProfile("x", ColumnKind.Category, 1, 2, null, null, null, null, "b", 2, Frequent: profile.Frequent), profile);
        Assert.Equal([new("b", 2), new("a", 1)], profile.Frequent!);
    }

    [Theory]
    [InlineData(new[] { 0.0, 10, 5, 4.99, 10, double.NaN }, new[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2 })]
    [InlineData(new[] { 7.0, 7 }, new[] { 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new[] { -3e38, 3e38 }, new[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    public void Numbers_are_counted_in_equally_wide_bins(double[] values, int[] counts) =>
        Assert.Equal(counts, ColumnProfile.ProfileInPlace(new NumberColumn("x", values)).Histogram!);

    [Fact]
    public void Booleans_are_counted_and_have_no_histogram()
    {
        var profile = ColumnProfile.ProfileInPlace(new NumberColumn("x", [1, 0, 1], ColumnKind.Boolean));

        Assert.Null(profile.Histogram);
        Assert.Equal([new("true", 2), new("false", 1)], profile.Frequent!);
    }

    [Fact]
    public void Values_beyond_the_limit_of_levels_count_as_distinct_but_never_as_the_most_frequent()
    {
        int[] codes = [0, CategoryColumn.MaxLevels, CategoryColumn.MaxLevels];

        var profile = ColumnProfile.ProfileInPlace(new CategoryColumn("x", codes, ["a"], 3));

        Assert.Equal((3, null), (profile.Distinct, profile.MostFrequent));
    }
}

using Velodrome.Training.Checks;
using Velodrome.Training.Tables;
using static Velodrome.Training.Tests.Checks.Plans;

namespace Velodrome.Training.Tests.Checks;

public class FeatureChecksTests
{
    /// <summary>The codes of the warnings about a feature, of a plan that has another feature unless it is alone.</summary>
    private static string[] Codes(Column feature, int rows, bool alone = false)
    {
        Column[] features = alone ? [feature] : [feature, Number("other", Normal(rows, 2))];
        var plan = Plan(Number("y", Normal(rows, 1)), features, Last(rows, Math.Max(1, rows / 5)));
        return [.. RunChecks.Find(plan).Where(warning => warning.Field == "features[0]").Select(warning => warning.Code)];
    }

    public static TheoryData<string, int, Func<int, double>, bool> Numbers => new()
    {
        { "a", 50, row => 1000 + row, true },
        { "a", 50, row => 7 * row, true },
        { "a", 49, row => 1000 + row, false },                     // too few to be sure
        { "a", 50, row => row == 0 ? 0 : 1000 + row, false },      // uneven
        { "a", 60, row => row * 0.5, false },                      // a measurement, not a row number
        { "a", 60, row => row / 2, false },                        // each value twice
        { "customer_id", 10, row => row * row, true },
        { "customerId", 10, row => row * row, true },
        { "Unnamed: 0", 10, row => row, true },
        { "id", 10, row => row * 1.5, false },
        { "paid", 10, row => row * row, false },
        { "hours", 8, row => row + 1, false },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Whole_numbers_that_count_the_rows_are_like_an_id(string name, int rows, Func<int, double> value, bool isId) =>
        Assert.Equal(isId ? ["idLikeColumn"] : [], Codes(Number(name, Shuffled(rows, 1).Select(value)), rows));

    [Fact]
    public void An_even_grid_that_is_the_only_feature_is_not_like_an_id() =>
        Assert.Empty(Codes(Number("x", Enumerable.Range(0, 60).Select(row => (double)row)), 60, alone: true));

    [Theory]
    [InlineData("name", 50, 50, new[] { "idLikeColumn" })]
    [InlineData("name", 50, 49, new[] { "tooManyLevels" })]
    [InlineData("id", 9, 9, new[] { "idLikeColumn" })]
    [InlineData("name", 60, 3, new string[0])]
    public void Text_that_never_repeats_is_like_an_id(string name, int rows, int distinct, string[] codes) =>
        Assert.Equal(codes, Codes(Text(name, Enumerable.Range(0, rows).Select(row => $"n{row % distinct}")), rows));

    [Fact]
    public void Levels_without_an_input_of_their_own_are_counted_with_their_rows()
    {
        // 120 levels of ten training rows each, 100 of which get an input, and one level of a single row.
        var texts = Enumerable.Range(0, 1_200).Select(row => $"n{row % 120}").Append("rare").Append(null)
            .Concat(Enumerable.Repeat("n0", 100));
        var plan = Plan(Number("y", Normal(1_302, 1)), [Text("city", texts)], Last(1_302, 100));

        var warning = Assert.Single(plan.Find("tooManyLevels"));

        Assert.Equal(201, warning.Rows);
        Assert.StartsWith("'city': 21 of the 121 levels in the training rows (201 of 1202 rows) share one input", warning.Message);
    }

    [Fact]
    public void A_feature_without_training_values_is_empty_whatever_validation_has()
    {
        Assert.Equal(["emptyFeature"], Codes(Number("x", [.. Enumerable.Repeat(double.NaN, 80), .. Normal(20, 1)]), 100));
        Assert.Equal(
            ["emptyFeature"], Codes(Text("x", [.. Enumerable.Repeat<string?>(null, 80), .. Enumerable.Repeat("a", 20)]), 100));
    }

    [Fact]
    public void A_feature_with_one_training_value_is_constant()
    {
        Assert.Equal(["constantFeature"], Codes(Number("x", [.. Enumerable.Repeat(5.0, 80), .. Normal(20, 1)]), 100));
        Assert.Equal(["constantFeature"], Codes(Text("x", Enumerable.Repeat("a", 100)), 100));

        // Present or missing are two different values.
        Assert.Empty(Codes(Number("x", Enumerable.Range(0, 100).Select(row => row % 2 == 0 ? 5.0 : double.NaN)), 100));
    }
}

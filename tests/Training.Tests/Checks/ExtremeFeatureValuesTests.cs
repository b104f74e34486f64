using Velodrome.Training.Checks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;
using static Velodrome.Training.Tests.Checks.Plans;

namespace Velodrome.Training.Tests.Checks;

public class ExtremeFeatureValuesTests
{
    private const int Rows = 100;

    [Theory]
    [InlineData(85, "validation")]
    [InlineData(95, "test")]
    public void A_wild_value_is_named_with_its_column_and_row(int row, string part)
    {
        var warning = Assert.Single(PlanWith((row, 58.9), (row + 1, -7)).Find("extremeValue"));

        Assert.Equal(("features[1]", 2), (warning.Field, warning.Rows));
        Assert.StartsWith("'x' is far outside the training rows (", warning.Message, StringComparison.Ordinal);
        Assert.Contains($"in 2 {part} rows: 58.9 in {part} row {row}.", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_value_that_leaves_no_difference_between_the_others_is_named()
    {
        var warning = Assert.Single(PlanWith((40, -9.97e36)).Find("extremeValue"));

        Assert.Equal(("features[1]", 1), (warning.Field, warning.Rows));
        Assert.Contains("-9.97E+36 in training row 40", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(85, 5)]             // not as far beyond the range of normal numbers
    [InlineData(85, double.NaN)]
    [InlineData(40, 60)]            // in training, the others still differ
    public void Values_that_the_network_can_use_cause_no_warning(int row, double value) =>
        Assert.Empty(PlanWith((row, value)).Find("extremeValue"));

    [Fact]
    public void A_column_of_zeros_and_a_one_is_not_extreme() => Assert.Empty(Plan(
        Number("y", Normal(2000, 1)), [Number("x", Enumerable.Range(0, 2000).Select(row => row == 7 ? 1.0 : 0))], Last(2000, 100))
        .Find("extremeValue"));

    [Fact]
    public void Rows_of_another_dataset_are_named_by_it()
    {
        Table Of(params double[] x) => new([Number("x", x), Number("y", Normal(x.Length, 1))]);
        var plan = RunPlan.Resolve(
            new() { Dataset = "first", Target = "y", Validation = new() { Split = SplitKind.Dataset, Dataset = "second" } },
            new(Of(1, 2, 3, 4), Of(1, 1000)));

        Assert.Contains("1000 in a row of the dataset 'second'.", Assert.Single(plan.Find("extremeValue")).Message,
            StringComparison.Ordinal);
    }

    /// <summary>100 rows of normal numbers with other values in some: 80 for training, 10 for validation, 10 for test.</summary>
    private static RunPlan PlanWith(params (int Row, double Value)[] others)
    {
        var values = Normal(Rows, 2);
        foreach (var (row, value) in others)
        {
            values[row] = value;
        }

        return Plan(
            Number("y", Normal(Rows, 1)), [Number("w", Normal(Rows, 3)), Number("x", values)],
            [.. Enumerable.Range(80, 10)], test: [.. Enumerable.Range(90, 10)]);
    }
}

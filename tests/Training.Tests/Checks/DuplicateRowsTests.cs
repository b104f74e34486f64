using Velodrome.Training.Tables;
using static Velodrome.Training.Tests.Checks.Plans;

namespace Velodrome.Training.Tests.Checks;

public class DuplicateRowsTests
{
    [Fact]
    public void Copies_of_training_rows_are_counted_and_compared_with_chance()
    {
        double[] Copied(int seed) => [.. Normal(100, seed), .. Normal(100, seed)[..40]]; // rows 100 to 139 repeat rows 0 to 39
        var plan = Plan(Number("y", Copied(1)), [Number("x", Copied(2))], [.. Last(140, 40), 99]);

        var warning = Assert.Single(plan.Find("duplicateRows"));

        Assert.Equal(("validation", 40), (warning.Field, warning.Rows));
        Assert.StartsWith("40 of 41 validation rows are also among the training rows", warning.Message);
        Assert.Contains("about 0 would be expected. That is far more than chance:", warning.Message);
    }

    [Fact]
    public void A_table_of_few_different_values_repeats_rows_by_nature()
    {
        var order = Shuffled(300, 1);
        var plan = Plan(
            Number("y", order.Select(row => (double)(row % 2))), [Number("x", order.Select(row => (double)(row % 50)))], Last(300, 60));

        var warning = Assert.Single(plan.Find("duplicateRows"));

        Assert.Equal(60, warning.Rows);
        Assert.Contains("about 60 would be expected. So the table itself repeats rows.", warning.Message);
    }

    [Fact]
    public void Expected_is_the_share_of_training_rows_that_are_not_unique()
    {
        // Training: 1 1 2 2 3 4 5 6, half of which are not unique. Validation: 1 3 8 9, two of which are among them.
        double[] values = [1, 1, 2, 2, 3, 4, 5, 6, 1, 3, 8, 9];
        var plan = Plan(Number("y", values), [Number("x", values)], Last(12, 4));

        Assert.Contains("about 2 would be expected", Assert.Single(plan.Find("duplicateRows")).Message);
        Assert.Equal(2, plan.Find("duplicateRows")[0].Rows);
    }

    [Fact]
    public void Rows_are_equal_when_all_their_cells_are()
    {
        double[] once = [1, 2, double.NaN, 0.0];
        double[] targets = [5, 6, 7, 8];
        var texts = Text("colour", ["red", "blue", null, "red", "red", "red", null, "red"]);
        var plan = Plan(
            Number("y", [.. targets, .. targets]), [Number("x", [.. once, 1, 2, double.NaN, -0.0]), texts], Last(8, 4));

        Assert.Equal(3, Assert.Single(plan.Find("duplicateRows")).Rows); // all except the row with another colour
    }

    [Fact]
    public void Levels_beyond_those_that_keep_their_text_equal_nothing()
    {
        int[] codes = [0, CategoryColumn.MaxLevels, 1, CategoryColumn.MaxLevels];
        double[] values = [1, 2, 1, 2];
        var plan = Plan(Number("y", values), [Number("x", values), new CategoryColumn("name", codes, ["a", "b"], 4)], [2, 3]);

        Assert.Empty(plan.Find("duplicateRows"));
    }
}

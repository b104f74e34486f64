using Velodrome.Training.Tables;
using static Velodrome.Training.Tests.Checks.Submissions;

namespace Velodrome.Training.Tests.Checks;

public class DuplicateRowsTests
{
    [Fact]
    public void Copies_of_training_rows_are_counted_beside_what_chance_gives()
    {
        double[] Copied(int seed) => [.. Normal(100, seed), .. Normal(100, seed)[..40]]; // rows 100 to 139 are rows 0 to 39 again
        var run = Submit(Number("y", Copied(1)), [Number("x", Copied(2))], [.. Last(140, 40), 99]);

        var warning = Assert.Single(run.Find("duplicateRows"));

        Assert.Equal(("validation", 40), (warning.Field, warning.Rows));
        Assert.StartsWith("40 of 41 validation rows stand in the training part too", warning.Message);
        Assert.Contains("about 0 would be expected. That is far more than chance gives", warning.Message);
    }

    [Fact]
    public void A_coarse_table_repeats_rows_by_nature()
    {
        var order = Shuffled(300, 1);
        var run = Submit(Number("y", order.Select(row => (double)(row % 2))), [Number("x", order.Select(row => (double)(row % 50)))], Last(300, 60));

        var warning = Assert.Single(run.Find("duplicateRows"));

        Assert.Equal(60, warning.Rows);
        Assert.Contains("about 60 would be expected. So the table itself repeats rows.", warning.Message);
    }

    [Fact]
    public void Expected_is_the_share_of_training_rows_that_have_a_twin()
    {
        // Training: 1 1 2 2 3 4 5 6 (half of the rows have a twin); judging: 1 3 8 9, of which two stand in training.
        var run = Submit(Number("y", new double[12]), [Number("x", [1, 1, 2, 2, 3, 4, 5, 6, 1, 3, 8, 9])], Last(12, 4));

        Assert.Contains("about 2 would be expected", Assert.Single(run.Find("duplicateRows")).Message);
        Assert.Equal(2, run.Find("duplicateRows")[0].Rows);
    }

    [Fact]
    public void Rows_are_equal_when_all_their_cells_are()
    {
        double[] once = [1, 2, double.NaN, 0.0];
        var texts = Text("colour", ["red", "blue", null, "red", "red", "red", null, "red"]);
        var run = Submit(Number("y", new double[8]), [Number("x", [.. once, 1, 2, double.NaN, -0.0]), texts], Last(8, 4));

        Assert.Equal(3, Assert.Single(run.Find("duplicateRows")).Rows); // all but the row whose colour differs
    }

    [Fact]
    public void Texts_beyond_what_a_table_knows_equal_nothing()
    {
        int[] codes = [0, CategoryColumn.MaxLevels, 1, CategoryColumn.MaxLevels];
        var run = Submit(Number("y", new double[4]), [new CategoryColumn("name", codes, ["a", "b"], 4)], [2, 3]);

        Assert.Empty(run.Find("duplicateRows"));
    }
}

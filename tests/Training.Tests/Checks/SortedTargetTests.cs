using Velodrome.Training.Checks;
using Velodrome.Training.Tables;
using static Velodrome.Training.Tests.Checks.Plans;

namespace Velodrome.Training.Tests.Checks;

public class SortedTargetTests
{
    [Theory]
    [InlineData(0.0, true, 20)]       // sorted
    [InlineData(0.2, true, 20)]       // nearly sorted
    [InlineData(5.0, true, null)]     // a trend hidden by noise
    [InlineData(0.0, false, null)]    // sorted, but not split with "last"
    public void A_sorted_target_is_reported_for_the_split_last(double noise, bool last, int? outside)
    {
        var target = Number("y", Normal(100, 1).Select((z, row) => 0.1 * row + noise * z));

        var found = Plan(target, [Number("x", Normal(100, 2))], Last(100, 20), last: last).Find("sortedTarget");

        Assert.Equal(outside is null ? 0 : 1, found.Length);
        Assert.All(found, warning => Assert.InRange(warning.Rows!.Value, outside!.Value - 5, outside.Value));
    }

    [Fact]
    public void A_descending_target_counts_as_sorted() =>
        Assert.Equal(2, Assert.Single(SplitLast(Number("y", [9, 8, 7, 6, 5, 4, 3, 2]), 2)).Rows);

    [Fact]
    public void A_sorted_target_that_ends_on_a_plateau_is_within_the_training_range() =>
        Assert.Empty(SplitLast(Number("y", Enumerable.Range(0, 100).Select(row => Math.Min(row, 75.0))), 20));

    [Fact]
    public void Classes_in_blocks_are_sorted_and_shuffled_classes_are_not()
    {
        string[] species = ["setosa", "versicolor", "virginica"];
        var blocks = Enumerable.Range(0, 150).Select(row => species[row / 50]).ToArray();

        var warning = Assert.Single(SplitLast(Text("species", blocks), 30));

        Assert.Contains("of 3 classes, the 30 validation rows contain only 'virginica'", warning.Message);
        Assert.Empty(SplitLast(Text("species", Shuffled(150, 1).Select(row => blocks[row])), 30));
        Assert.Empty(SplitLast(Text("species", ["a", "a", "b", "b", "c"]), 1)); // may be chance
    }

    private static RunWarning[] SplitLast(Column target, int count) =>
        Plan(target, [Number("x", Normal(target.Rows, 1))], Last(target.Rows, count), last: true).Find("sortedTarget");
}

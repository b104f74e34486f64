using static Velodrome.Training.Tests.Checks.Submissions;

namespace Velodrome.Training.Tests.Checks;

public class TargetOrderTests
{
    [Theory]
    [InlineData(0.0, true, 20)]       // sorted
    [InlineData(0.2, true, 20)]       // nearly sorted
    [InlineData(5.0, true, null)]     // a trend that noise drowns
    [InlineData(0.0, false, null)]    // sorted, but the rows that judge are not the last
    public void A_sorted_target_under_last_is_told(double noise, bool last, int? outside)
    {
        var run = Submit(Number("y", Normal(100, 1).Select((z, row) => 0.1 * row + noise * z)), [Number("x", Normal(100, 2))], Last(100, 20), last: last);

        var found = run.Find("sortedTarget");

        Assert.Equal(outside is null ? 0 : 1, found.Length);
        Assert.All(found, warning => Assert.InRange(warning.Rows!.Value, outside!.Value - 5, outside.Value));
    }

    [Fact]
    public void A_falling_target_is_sorted_too() =>
        Assert.Equal(2, Assert.Single(Submit(Number("y", [9, 8, 7, 6, 5, 4, 3, 2]), [Number("x", Normal(8, 1))], [6, 7], last: true).Find("sortedTarget")).Rows);

    [Fact]
    public void A_sorted_target_that_ends_on_a_plateau_is_within_what_was_trained_on() =>
        Assert.Empty(Submit(Number("y", Enumerable.Range(0, 100).Select(row => Math.Min(row, 75.0))), [Number("x", Normal(100, 1))], Last(100, 20), last: true).Find("sortedTarget"));

    [Fact]
    public void Classes_in_blocks_are_sorted_and_shuffled_classes_are_not()
    {
        string[] species = ["setosa", "versicolor", "virginica"];
        var blocks = Enumerable.Range(0, 150).Select(row => species[row / 50]).ToArray();

        var warning = Assert.Single(Submit(Text("species", blocks), [Number("x", Normal(150, 1))], Last(150, 30), last: true).Find("sortedTarget"));

        Assert.Contains("the 30 validation rows hold only 'virginica', of 3 classes", warning.Message);
        Assert.Empty(Submit(Text("species", Shuffled(150, 1).Select(row => blocks[row])), [Number("x", Normal(150, 1))], Last(150, 30), last: true).Find("sortedTarget"));
        Assert.Empty(Submit(Text("species", ["a", "a", "a", "a", "b"]), [Number("x", Normal(5, 1))], [4], last: true).Find("sortedTarget")); // may be chance
    }

    [Fact]
    public void Classes_that_a_part_lacks_are_named()
    {
        var target = Text("species", Enumerable.Range(0, 60).Select(row => row < 40 ? (row % 2 == 0 ? "a" : "b") : row < 50 ? "a" : "c"));
        var found = Submit(target, [Number("x", Normal(60, 1))], [.. Enumerable.Range(50, 5)], [.. Enumerable.Range(55, 5)]).Find("classesMissing");

        Assert.Equal(["validation", "validation", "test"], found.Select(warning => warning.Field));
        Assert.Equal([10, 50, 50], found.Select(warning => warning.Rows!.Value));
        Assert.StartsWith("No training row is of the class 'c'.", found[0].Message);
        Assert.StartsWith("No validation row is of 2 classes: 'a', 'b'", found[1].Message);
        Assert.Empty(Submit(target, [Number("x", Normal(60, 1))], [0, 1, 55]).Find("classesMissing"));
    }
}

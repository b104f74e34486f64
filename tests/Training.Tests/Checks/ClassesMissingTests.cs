using static Velodrome.Training.Tests.Checks.Plans;

namespace Velodrome.Training.Tests.Checks;

public class ClassesMissingTests
{
    [Fact]
    public void Classes_without_training_validation_or_test_rows_are_named()
    {
        var target = Text("species", Enumerable.Range(0, 60).Select(row => row < 40 ? (row % 2 == 0 ? "a" : "b") : row < 50 ? "a" : "c"));
        var plan = Plan(target, [Number("x", Normal(60, 1))], [.. Enumerable.Range(50, 5)], [.. Enumerable.Range(55, 5)]);

        var found = plan.Find("classesMissing");

        Assert.Equal(["validation", "validation", "test"], found.Select(warning => warning.Field));
        Assert.Equal([10, 50, 50], found.Select(warning => warning.Rows!.Value));
        Assert.StartsWith("No training row has the class 'c'.", found[0].Message);
        Assert.StartsWith("No validation row has one of the classes 'a', 'b', but 50 rows elsewhere do.", found[1].Message);
        Assert.Empty(Plan(target, [Number("x", Normal(60, 1))], [0, 1, 55]).Find("classesMissing"));
    }
}

using Velodrome.Training.Checks;
using static Velodrome.Training.Tests.Checks.Submissions;

namespace Velodrome.Training.Tests.Checks;

public class RowCountsTests
{
    [Fact]
    public void Healthy_data_has_no_warnings()
    {
        var x = Normal(200, 1);
        var run = Submit(Number("y", x.Zip(Normal(200, 2), (a, noise) => a + noise)),
            [Number("x", x), Number("rooms", x.Select(a => Math.Round(a * 3))), Text("colour", Enumerable.Range(0, 200).Select(row => row % 3 == 0 ? "red" : "blue"))],
            Last(200, 40), last: true);

        Assert.Empty(SubmissionChecks.Of(run));
    }

    [Fact]
    public void Rows_without_a_target_are_counted()
    {
        var warning = Assert.Single(Submit(Number("y", [1, double.NaN, 3, 4, double.NaN, 6]), [Number("x", Normal(6, 1))], [5]).Find("rowsWithoutTarget"));

        Assert.Equal(2, warning.Rows);
        Assert.StartsWith("2 of the 6 rows have no 'y' and are left out", warning.Message);
    }

    [Theory]
    [InlineData(29, 30, "validation")]
    [InlineData(30, 29, "test")]
    [InlineData(30, 30, null)]
    public void Fewer_than_thirty_judging_rows_are_few(int validation, int test, string? field)
    {
        var found = Submit(Number("y", Normal(200, 1)), [Number("x", Normal(200, 2))], Last(200, validation), [.. Enumerable.Range(0, test)]).Find("fewValidationRows");

        Assert.Equal(field is null ? [] : [field], found.Select(warning => warning.Field));
        Assert.All(found, warning => Assert.Equal(29, warning.Rows));
    }

    [Theory]
    [InlineData(false, "Only 8 validation rows: with so few, a mean squared error is off by about 50% by luck alone.")]
    [InlineData(true, "Only 8 validation rows: with so few, the share of right answers is off by up to 18 percentage points by luck alone.")]
    public void How_much_luck_that_is_depends_on_the_task(bool classes, string sentence) => Assert.StartsWith(sentence, Assert.Single(
        Submit(Number("y", Enumerable.Range(0, 100).Select(row => row % 2.0)), [Number("x", Normal(100, 1))], Last(100, 8), classes: classes).Find("fewValidationRows")).Message);
}

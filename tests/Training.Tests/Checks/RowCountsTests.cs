using Velodrome.Training.Checks;
using Velodrome.Training.Losses;
using static Velodrome.Training.Tests.Checks.Plans;

namespace Velodrome.Training.Tests.Checks;

public class RowCountsTests
{
    [Fact]
    public void Healthy_data_has_no_warnings()
    {
        var x = Normal(200, 1);
        var target = Number("y", x.Zip(Normal(200, 2), (a, noise) => a + noise));
        var rooms = Number("rooms", x.Select(a => Math.Round(a * 3)));
        var colour = Text("colour", Enumerable.Range(0, 200).Select(row => row % 3 == 0 ? "red" : "blue"));

        Assert.Empty(RunChecks.Find(Plan(target, [Number("x", x), rooms, colour], Last(200, 40), last: true)));
    }

    [Fact]
    public void Rows_without_a_target_are_counted()
    {
        var plan = Plan(Number("y", [1, double.NaN, 3, 4, double.NaN, 6]), [Number("x", Normal(6, 1))], [5]);

        var warning = Assert.Single(plan.Find("rowsWithoutTarget"));

        Assert.Equal(2, warning.Rows);
        Assert.StartsWith("2 of the 6 rows have no 'y' and are left out", warning.Message);
    }

    [Theory]
    [InlineData(29, 30, "validation")]
    [InlineData(30, 29, "test")]
    [InlineData(30, 30, null)]
    public void Fewer_than_thirty_validation_or_test_rows_are_few(int validation, int test, string? field)
    {
        var plan = Plan(Number("y", Normal(200, 1)), [Number("x", Normal(200, 2))], Last(200, validation), [.. Enumerable.Range(0, test)]);

        var found = plan.Find("fewValidationRows");

        Assert.Equal(field is null ? [] : [field], found.Select(warning => warning.Field));
        Assert.All(found, warning => Assert.Equal(29, warning.Rows));
    }

    /// <summary>Relative standard errors over n rows: sqrt(2 / n) of squared normal errors, sqrt((π / 2 - 1) / n) of absolute ones
    /// (variance 1 - 2 / π and mean sqrt(2 / π) of the half-normal distribution); at most 0.5 / sqrt(n) of an accuracy.</summary>
    [Theory]
    [InlineData(LossKind.Mse, "the mean squared error is off by about 50%")]
    [InlineData(LossKind.Mae, "the mean absolute error is off by about 27%")]
    [InlineData(LossKind.Huber, "the mean Huber loss is off by about 50%")]
    [InlineData(LossKind.Quantile, "the mean quantile loss is off by about 33%")] // of the 0.9 quantile: 0.938 / sqrt(8)
    [InlineData(LossKind.CrossEntropy, "the accuracy is off by up to 18 percentage points")]
    public void How_much_chance_matters_depends_on_the_loss(LossKind loss, string uncertainty)
    {
        var target = Number("y", Enumerable.Range(0, 100).Select(row => row % 2.0));
        var plan = Plan(target, [Number("x", Normal(100, 1))], Last(100, 8), classes: loss == LossKind.CrossEntropy);
        plan = plan with { Spec = plan.Spec with { Training = plan.Spec.Training with { Loss = loss, Quantile = 0.9 } } };

        var warning = Assert.Single(plan.Find("fewValidationRows"));

        Assert.StartsWith($"Only 8 validation rows: by chance alone, {uncertainty}.", warning.Message);
    }
}

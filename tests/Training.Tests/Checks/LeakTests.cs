using Velodrome.Training.Checks;
using Velodrome.Training.Tables;
using static Velodrome.Training.Tests.Checks.Submissions;

namespace Velodrome.Training.Tests.Checks;

public class LeakTests
{
    private const int Rows = 1_000;

    private static readonly double[] Target = [.. Normal(Rows, 1).Select(z => Math.Exp(8 + z))]; // skewed, like prices

    private static RunWarning[] Leaks(IEnumerable<double> feature, bool last = false) =>
        Submit(Number("price", Target), [Number("x", feature), Number("other", Normal(Rows, 3))], Last(Rows, 200), last: last).Find("leak");

    public static TheoryData<string, Func<double, double, double>, bool> Features => new()
    {
        { "a linear copy", (y, _) => 2.2 * y + 1, true },
        { "a falling copy", (y, _) => -y / 1_000, true },
        { "a copy on another scale", (y, _) => Math.Log(y), true },
        { "a copy with noise at 1e-4", (y, z) => y * (1 + 1e-4 * z), true },
        { "a rounded copy", (y, _) => Math.Round(y / 100), true },
        { "correlated at 0.995", (y, z) => Math.Log(y) + 0.1 * z, false },
        { "unrelated", (_, z) => z, false },
    };

    [Theory]
    [MemberData(nameof(Features))]
    public void A_feature_leaks_when_it_gives_the_answer_away(string what, Func<double, double, double> feature, bool leaks)
    {
        var found = Leaks(Target.Zip(Normal(Rows, 2), feature));

        Assert.True(leaks == (found.Length == 1), what);
        Assert.All(found, warning => Assert.Equal(("features[0]", 200), (warning.Field, warning.Rows)));
    }

    [Fact]
    public void A_copy_is_found_beyond_the_training_range()
    {
        var sorted = Target.Order().ToArray();
        var run = Submit(Number("price", sorted), [Number("x", sorted.Select(y => 2.2 * y + 1))], Last(Rows, 200), last: true);

        Assert.Single(run.Find("leak"));
    }

    [Fact]
    public void One_enormous_row_that_agrees_is_no_leak()
    {
        var (x, y) = (Normal(Rows, 1), Normal(Rows, 2));
        (x[^1], y[^1], x[0], y[0]) = (1e6, 1e6, 1e6, 1e6); // over all rows R² is 1

        Assert.Empty(Submit(Number("y", y), [Number("x", x)], Last(Rows, 200)).Find("leak"));
    }

    [Fact]
    public void A_close_relation_is_no_leak() =>
        Assert.Empty(Submit(Number("y", Normal(Rows, 1)), [Number("x", Normal(Rows, 1).Zip(Normal(Rows, 2), (y, z) => y + 0.1 * z))], Last(Rows, 200)).Find("leak"));

    [Fact]
    public void Luck_in_few_validation_rows_is_no_leak()
    {
        var noise = Normal(300, 1);
        var overlapping = Number("overlapping", noise.Select((z, row) => row % 2 + 0.3 * z));
        int[] clear = [.. Enumerable.Range(0, 300).Where(row => Math.Abs(noise[row]) < 0.2).Take(15)];

        Assert.Empty(Submit(Text("class", Enumerable.Range(0, 300).Select(row => row % 2 == 0 ? "a" : "b")), [overlapping], clear).Find("leak"));
    }

    [Fact]
    public void An_id_is_no_leak() =>
        Assert.Empty(Submit(Number("price", Target), [Number("id", Shuffled(Rows, 1).Select(row => (double)row)), Text("name", Shuffled(Rows, 2).Select(row => $"n{row}"))], Last(Rows, 200)).Find("leak"));

    [Fact]
    public void The_hours_of_the_lesson_are_no_leak() =>
        Assert.Empty(Submit(Number("score", [52, 58, 65, 70, 76, 83, 88, 93]), [Number("hours", [1, 2, 3, 4, 5, 6, 7, 8])], [6, 7], last: true).Find("leak"));

    [Fact]
    public void A_feature_with_gaps_leaks_by_its_values_and_by_its_gaps()
    {
        double[] two = [.. Target.Select(y => y > 3_000 ? 1.0 : 0)];

        Assert.Empty(Leaks(Target.Select((y, row) => row % 4 == 0 ? double.NaN : y)));
        Assert.Single(Submit(Number("high", two), [Number("x", Target.Zip(two, (y, high) => high == 0 ? double.NaN : y))], Last(Rows, 200)).Find("leak"));
        Assert.Single(Submit(Number("high", two), [Number("x", Target.Zip(two, (y, high) => high == 0 ? double.NaN : y))], Last(Rows, 200), classes: true).Find("leak"));
    }

    [Fact]
    public void A_copy_of_the_class_leaks_as_text_as_number_and_with_noise()
    {
        string[] labels = ["oak", "ash", "elm"];
        var codes = Shuffled(300, 1).Select(row => row % 3).ToArray();
        var noise = Normal(300, 2);
        Column[] features =
        [
            Text("text", codes.Select(code => $"tree {code}")),
            Number("number", codes.Select(code => 5.0 - code)),
            Number("noisy", codes.Zip(noise, (code, z) => code + 0.1 * z)),
            Number("overlapping", codes.Zip(noise, (code, z) => code + 0.3 * z)),
            Number("other", Normal(300, 3)),
            Text("name", Shuffled(300, 3).Select(row => $"n{row}")),
            Text("half", codes.Select(code => code == 0 ? "oak" : "not oak")),
        ];

        var found = Submit(Text("tree", codes.Select(code => labels[code])), features, Last(300, 60)).Find("leak");

        Assert.Equal(["features[0]", "features[1]", "features[2]"], found.Select(warning => warning.Field));
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    public void Too_few_validation_rows_prove_nothing(int validation, int leaks) =>
        Assert.Equal(leaks, Submit(Number("y", Target), [Number("x", Target)], Last(Rows, validation)).Find("leak").Length);

    [Fact]
    public void A_class_that_is_nearly_always_the_same_is_not_predicted_by_everything()
    {
        var target = Text("fraud", Enumerable.Range(0, Rows).Select(row => row % 90 == 0 ? "yes" : "no"));

        Assert.Empty(Submit(target, [Number("x", Normal(Rows, 1)), Text("constant", Enumerable.Repeat("a", Rows))], Last(Rows, 200)).Find("leak"));
    }
}

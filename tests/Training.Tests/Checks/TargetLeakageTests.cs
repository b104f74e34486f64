using Velodrome.Training.Checks;
using Velodrome.Training.Tables;
using static Velodrome.Training.Tests.Checks.Plans;

namespace Velodrome.Training.Tests.Checks;

public class TargetLeakageTests
{
    private const int Rows = 1_000;

    private static readonly double[] Target = [.. Normal(Rows, 1).Select(z => Math.Exp(8 + z))]; // skewed, like prices

    private static RunWarning[] LeaksOf(Column target, Column[] features, int[] validation, bool last = false, bool classes = false) =>
        Plan(target, features, validation, last: last, classes: classes).Find("leak");

    /// <summary>Warnings about a feature of the price.</summary>
    private static RunWarning[] LeaksOf(IEnumerable<double> feature) =>
        LeaksOf(Number("price", Target), [Number("x", feature), Number("other", Normal(Rows, 3))], Last(Rows, 200));

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
    public void A_feature_leaks_if_it_gives_the_target_away(string name, Func<double, double, double> feature, bool leaks)
    {
        var found = LeaksOf(Target.Zip(Normal(Rows, 2), feature));

        Assert.True(leaks == (found.Length == 1), name);
        Assert.All(found, warning => Assert.Equal(("features[0]", 200), (warning.Field, warning.Rows)));
    }

    [Fact]
    public void A_copy_is_found_beyond_the_training_range()
    {
        var sorted = Target.Order().ToArray();

        Assert.Single(LeaksOf(Number("price", sorted), [Number("x", sorted.Select(y => 2.2 * y + 1))], Last(Rows, 200), last: true));
    }

    [Fact]
    public void One_extreme_row_that_agrees_is_not_a_leak()
    {
        var (x, y) = (Normal(Rows, 1), Normal(Rows, 2));
        (x[^1], y[^1], x[0], y[0]) = (1e6, 1e6, 1e6, 1e6); // R² over all rows is 1

        Assert.Empty(LeaksOf(Number("y", y), [Number("x", x)], Last(Rows, 200)));
    }

    [Fact]
    public void A_strong_correlation_is_not_reported_as_a_leak()
    {
        var feature = Normal(Rows, 1).Zip(Normal(Rows, 2), (y, z) => y + 0.1 * z);

        Assert.Empty(LeaksOf(Number("y", Normal(Rows, 1)), [Number("x", feature)], Last(Rows, 200)));
    }

    [Fact]
    public void Chance_in_few_validation_rows_is_not_a_leak()
    {
        var noise = Normal(300, 1);
        var target = Text("class", Enumerable.Range(0, 300).Select(row => row % 2 == 0 ? "a" : "b"));
        var overlapping = Number("overlapping", noise.Select((z, row) => row % 2 + 0.3 * z));
        int[] clear = [.. Enumerable.Range(0, 300).Where(row => Math.Abs(noise[row]) < 0.2).Take(15)];

        Assert.Empty(LeaksOf(target, [overlapping], clear));
    }

    [Fact]
    public void An_id_is_not_a_leak()
    {
        var number = Number("id", Shuffled(Rows, 1).Select(row => (double)row));
        var name = Text("name", Shuffled(Rows, 2).Select(row => $"n{row}"));

        Assert.Empty(LeaksOf(Number("price", Target), [number, name], Last(Rows, 200)));
    }

    [Fact]
    public void The_hours_of_the_lesson_are_not_a_leak()
    {
        var (hours, score) = (Number("hours", [1, 2, 3, 4, 5, 6, 7, 8]), Number("score", [52, 58, 65, 70, 76, 83, 88, 93]));

        Assert.Empty(LeaksOf(score, [hours], [6, 7], last: true));
    }

    [Fact]
    public void A_feature_with_gaps_leaks_by_its_values_and_by_its_gaps()
    {
        double[] high = [.. Target.Select(y => y > 3_000 ? 1.0 : 0)];
        var missingIfLow = Number("x", Target.Zip(high, (y, isHigh) => isHigh == 0 ? double.NaN : y));

        Assert.Empty(LeaksOf(Target.Select((y, row) => row % 4 == 0 ? double.NaN : y)));
        Assert.Single(LeaksOf(Number("high", high), [missingIfLow], Last(Rows, 200)));
        Assert.Single(LeaksOf(Number("high", high), [missingIfLow], Last(Rows, 200), classes: true));
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

        var found = LeaksOf(Text("tree", codes.Select(code => labels[code])), features, Last(300, 60));

        Assert.Equal(["features[0]", "features[1]", "features[2]"], found.Select(warning => warning.Field));
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    public void Too_few_validation_rows_prove_nothing(int validation, int leaks) =>
        Assert.Equal(leaks, LeaksOf(Number("y", Target), [Number("x", Target)], Last(Rows, validation)).Length);

    [Fact]
    public void A_class_that_is_nearly_always_the_same_is_not_leaked_by_every_feature()
    {
        var target = Text("fraud", Enumerable.Range(0, Rows).Select(row => row % 90 == 0 ? "yes" : "no"));

        Assert.Empty(LeaksOf(target, [Number("x", Normal(Rows, 1)), Text("constant", Enumerable.Repeat("a", Rows))], Last(Rows, 200)));
    }
}

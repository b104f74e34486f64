using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Splits;

public class StratifiedSplitTests
{
    private static readonly SplitOptions Fifth = new() { Split = SplitKind.Stratified, Fraction = 0.2, Seed = 0 };

    /// <summary>The classes of 200 rows in random order: 120 a, 61 b, 17 c, 2 d.</summary>
    private static readonly string[] Classes = Shuffled(
        [.. Enumerable.Repeat("a", 120), .. Enumerable.Repeat("b", 61), .. Enumerable.Repeat("c", 17), .. Enumerable.Repeat("d", 2)]);

    [Theory]
    [InlineData(0.2, new[] { 24, 12, 3, 1 })]       // shares of 24, 12.2, 3.4 and 0.4; none is rounded to 0
    [InlineData(0.5, new[] { 60, 31, 9, 1 })]       // half a row is rounded up: 30.5, 8.5
    [InlineData(0.001, new[] { 1, 1, 1, 1 })]
    [InlineData(0.9, new[] { 108, 55, 15, 1 })]     // 54.9, 15.3; 1.8 of d would leave none for training
    public void Every_class_keeps_its_share_and_is_in_both_parts(double fraction, int[] validation)
    {
        var split = Splitter.Split(Fifth with { Fraction = fraction }, null, Input(Classes));

        Assert.Equal(validation, CountsOf(split.Validation));
        Assert.Equal([120 - validation[0], 61 - validation[1], 17 - validation[2], 2 - validation[3]], CountsOf(split.Train));
        AssertParts(split, Classes.Length);
    }

    [Fact]
    public void Both_fractions_refer_to_all_rows_of_a_class()
    {
        var classes = Classes.Where(name => name != "d").ToArray();

        var split = Splitter.Split(Fifth, Fifth, Input(classes));

        Assert.Equal([24, 12, 3], CountsOf(split.Test, classes));
        Assert.Equal([24, 12, 3], CountsOf(split.Validation, classes));
        AssertParts(split, classes.Length);
    }

    [Theory]
    [InlineData(3, 0.4)]
    [InlineData(4, 0.4)]
    [InlineData(3, 0.6)]        // 1.8 rows would leave only one for two parts
    public void A_small_class_has_a_row_in_each_of_three_parts(int rows, double testFraction)
    {
        string[] classes = [.. Enumerable.Repeat("a", 30), .. Enumerable.Repeat("b", rows)];

        var split = Splitter.Split(Fifth, Fifth with { Fraction = testFraction }, Input(classes));

        Assert.All([split.Train, split.Validation, split.Test], part => Assert.NotEqual(0, CountsOf(part, classes)[1]));
    }

    [Fact]
    public void Rows_of_a_class_are_drawn_at_random_by_the_seed()
    {
        Split Draw(int seed) => Splitter.Split(Fifth with { Seed = seed }, null, Input(Classes));

        Assert.Equal(Draw(3).Validation, Draw(3).Validation);
        Assert.Equal(20, Enumerable.Range(0, 20).Select(seed => string.Join(' ', Draw(seed).Validation)).Distinct().Count());

        // Each of the 17 rows of c is drawn in about 3 of 17 draws: of 2000 draws, within four deviations of 17.
        var drawn = Enumerable.Range(0, 2000)
            .SelectMany(seed => Draw(seed).Validation).Where(row => Classes[row] == "c").CountBy(row => row).ToList();
        Assert.Equal(17, drawn.Count);
        Assert.All(drawn, row => Assert.InRange(row.Value, 353 - 68, 353 + 68));
    }

    [Fact]
    public void Rows_without_a_target_are_in_no_part()
    {
        string?[] classes = [.. Classes];
        classes[0] = classes[77] = null;

        var split = Splitter.Split(Fifth, Fifth with { Split = SplitKind.Random }, Input(classes));

        Assert.Equal(Enumerable.Range(0, 200).Except([0, 77]), split.Train.Concat(split.Validation).Concat(split.Test).Order());
    }

    [Fact]
    public void Numbers_and_booleans_are_classes_too()
    {
        var numbers = new NumberColumn("sort", [.. Classes.Select(name => name == "a" ? 1.0 : 2)]);
        var booleans = new NumberColumn("sort", [.. Classes.Select(name => name == "a" ? 1.0 : 0)], ColumnKind.Boolean);

        foreach (var target in new[] { numbers, booleans })
        {
            var split = Splitter.Split(Fifth, null, new(new([target]), "sort", LearningTask.Binary, Sample.Indices(200), 200, [], []));

            Assert.Equal(24, split.Validation.Count(row => Classes[row] == "a"));
            Assert.Equal(16, split.Validation.Count(row => Classes[row] != "a"));
        }
    }

    [Theory]
    [InlineData(1, false, "validation.split", "'b' has 1 row(s)")]
    [InlineData(1, true, "test.split", "'b' has 1 row(s)")]
    [InlineData(2, true, "test.split", "'b' has 2 row(s)")]       // one test row would leave one row for two parts
    public void A_class_with_fewer_rows_than_parts_is_refused(int rows, bool withTest, string field, string message)
    {
        string[] classes = [.. Enumerable.Repeat("a", 30), .. Enumerable.Repeat("b", rows)];

        var fault = Sample.Refusal(() => Splitter.Split(Fifth, withTest ? Fifth : null, Input(classes)));

        Assert.Equal(("tooFewInClass", field), (fault.Code, fault.Field));
        Assert.Contains(message, fault.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stratified_regression_is_refused(bool test)
    {
        var random = new SplitOptions { Split = SplitKind.Random, Fraction = 0.2, Seed = 0 };
        var input = Input(Classes) with { Task = LearningTask.Regression };

        var fault = Sample.Refusal(() => test ? Splitter.Split(random, Fifth, input) : Splitter.Split(Fifth, null, input));

        Assert.Equal(("notApplicable", test ? "test.split" : "validation.split"), (fault.Code, fault.Field));
    }

    private static int[] CountsOf(int[] rows, string[]? classes = null) =>
        [.. (classes ?? Classes).Distinct().Order().Select(name => rows.Count(row => (classes ?? Classes)[row] == name))];

    internal static void AssertParts(Split split, int rows)
    {
        Assert.All([split.Train, split.Validation, split.Test], part => Assert.Equal(part.Order(), part));
        Assert.Equal(Enumerable.Range(0, rows), split.Train.Concat(split.Validation).Concat(split.Test).Order());
    }

    private static SplitInput Input(string?[] classes) => new(
        new([CategoryColumn.FromTexts("sort", classes)]), "sort", LearningTask.Multiclass,
        [.. Enumerable.Range(0, classes.Length).Where(row => classes[row] is not null)], classes.Length, [], []);

    private static string[] Shuffled(string[] texts)
    {
        new System.Random(1).Shuffle(texts);
        return texts;
    }
}

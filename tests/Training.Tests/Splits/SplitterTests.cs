using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Splits;

public class SplitterTests
{
    [Theory]
    [InlineData(8, 0.25, 2)]
    [InlineData(10, 0.25, 3)]       // half a row is rounded up
    [InlineData(9, 0.25, 2)]
    [InlineData(5, 0.1, 1)]
    [InlineData(3, 0.2, 1)]
    [InlineData(150, null, 30)]     // a fifth by default
    [InlineData(53_940, 0.2, 10_788)]
    public void The_split_last_sets_the_last_fraction_of_the_rows_aside(int rows, double? fraction, int validation)
    {
        var split = SplitRows(new() { Split = SplitKind.Last, Fraction = fraction }, rows);

        Assert.Equal(Sample.Indices(rows)[..^validation], split.Train);
        Assert.Equal(Sample.Indices(rows)[^validation..], split.Validation);
    }

    [Fact]
    public void A_random_share_depends_only_on_its_seed()
    {
        Split Draw(int? seed) => SplitRows(new() { Split = SplitKind.Random, Fraction = 0.3, Seed = seed }, 100);

        Assert.Equal(30, Draw(1).Validation.Length);
        Assert.Equal(Draw(1).Validation, Draw(1).Validation);
        Assert.Equal(Draw(null).Validation, Draw(0).Validation);
        Assert.Equal(50, Enumerable.Range(0, 50).Select(seed => string.Join(' ', Draw(seed).Validation)).Distinct().Count());
    }

    [Fact]
    public void Every_row_is_equally_likely_to_be_set_aside()
    {
        var counts = new int[10];
        for (var seed = 0; seed < 2000; seed++)
        {
            foreach (var row in SplitRows(new() { Split = SplitKind.Random, Fraction = 0.3, Seed = seed }, 10).Validation)
            {
                counts[row]++;
            }
        }

        Assert.All(counts, count => Assert.InRange(count, 600 - 82, 600 + 82));     // within four deviations of 20.5
    }

    [Fact]
    public void Row_numbers_may_be_in_any_order_and_repeat()
    {
        var split = SplitRows(new() { Split = SplitKind.Rows, Rows = [6, 0, 6, 3] }, 8);

        Assert.Equal([1, 2, 4, 5, 7], split.Train);
        Assert.Equal([0, 3, 6], split.Validation);
    }

    [Theory]
    [InlineData(SplitKind.Random)]
    [InlineData(SplitKind.Last)]
    [InlineData(SplitKind.Rows)]
    public void Parts_are_ascending_and_disjoint_and_contain_exactly_the_rows_with_a_target(SplitKind kind)
    {
        int[] candidates = [.. Sample.Indices(200).Where(row => row % 7 != 0)];
        var options = new SplitOptions { Split = kind, Rows = kind == SplitKind.Rows ? [0, 5, 50, 49, 150] : null }.Resolve("validation");

        var split = Splitter.Split(options, null, Input(candidates, 200));

        Assert.Equal(split.Train.Order(), split.Train);
        Assert.Equal(split.Validation.Order(), split.Validation);
        Assert.Equal(candidates, split.Train.Concat(split.Validation).Order());
        Assert.Equal(kind == SplitKind.Rows ? 3 : 34, split.Validation.Length);     // a fifth of the 171 rows with a target
        Assert.Empty(split.Test);
    }

    [Fact]
    public void Defaults_are_filled_in()
    {
        Assert.Equal(
            new() { Split = SplitKind.Random, Fraction = 0.2, Seed = 0 },
            new SplitOptions { Split = SplitKind.Random }.Resolve("validation"));
        Assert.Equal(
            new() { Split = SplitKind.Stratified, Fraction = 0.2, Seed = 0 },
            new SplitOptions { Split = SplitKind.Stratified }.Resolve("validation"));
        Assert.Equal(
            new() { Split = SplitKind.Group, Fraction = 0.2, Seed = 0, Column = "person" },
            new SplitOptions { Split = SplitKind.Group, Column = "person" }.Resolve("validation"));
        Assert.Equal(
            new() { Split = SplitKind.Dataset, Dataset = "later" },
            new SplitOptions { Split = SplitKind.Dataset, Dataset = "later" }.Resolve("validation"));
        Assert.Equal(
            new() { Split = SplitKind.Last, Fraction = 0.2 },
            new SplitOptions { Split = SplitKind.Last }.Resolve("validation"));
        Assert.Equal(
            new() { Split = SplitKind.Random, Fraction = 0.5, Seed = 3 },
            new SplitOptions { Split = SplitKind.Random, Fraction = 0.5, Seed = 3 }.Resolve("validation"));
    }

    public static TheoryData<SplitOptions, string, string> WrongOptions => new()
    {
        { new() { Split = SplitKind.Rows }, "missingField", "validation.rows" },
        { new() { Split = SplitKind.Rows, Rows = [1], Fraction = 0.2 }, "notApplicable", "validation.fraction" },
        { new() { Split = SplitKind.Rows, Rows = [1], Seed = 0 }, "notApplicable", "validation.seed" },
        { new() { Split = SplitKind.Group }, "missingField", "validation.column" },
        { new() { Split = SplitKind.Group, Column = "person", Rows = [1] }, "notApplicable", "validation.rows" },
        { new() { Split = SplitKind.Random, Column = "person" }, "notApplicable", "validation.column" },
        { new() { Split = SplitKind.Stratified, Column = "person" }, "notApplicable", "validation.column" },
        { new() { Split = SplitKind.Stratified, Dataset = "later" }, "notApplicable", "validation.dataset" },
        { new() { Split = SplitKind.Dataset }, "missingField", "validation.dataset" },
        { new() { Split = SplitKind.Dataset, Dataset = "later", Fraction = 0.2 }, "notApplicable", "validation.fraction" },
        { new() { Split = SplitKind.Dataset, Dataset = "later", Seed = 0 }, "notApplicable", "validation.seed" },
        { new() { Split = SplitKind.Dataset, Dataset = "later" }, "emptyValidation", "validation" },        // none of its rows has a target
        { new() { Split = SplitKind.Last, Seed = 1 }, "notApplicable", "validation.seed" },
        { new() { Split = SplitKind.Last, Rows = [1] }, "notApplicable", "validation.rows" },
        { new() { Split = SplitKind.Random, Rows = [1] }, "notApplicable", "validation.rows" },
        { new() { Split = SplitKind.Last, Fraction = 0.04 }, "emptyValidation", "validation" },
        { new() { Split = SplitKind.Random, Fraction = 0.001 }, "emptyValidation", "validation" },
        { new() { Split = SplitKind.Rows, Rows = [] }, "emptyValidation", "validation" },
        { new() { Split = SplitKind.Rows, Rows = [0] }, "emptyValidation", "validation" },          // that row has no target
        { new() { Split = SplitKind.Last, Fraction = 0.9 }, "tooFewTrainingRows", "validation" },
        { new() { Split = SplitKind.Rows, Rows = [.. Enumerable.Range(0, 11)] }, "tooFewTrainingRows", "validation" },
        { new() { Split = SplitKind.Rows, Rows = [.. Enumerable.Range(0, 10)] }, "tooFewTrainingRows", "validation" },
        { new() { Split = SplitKind.Rows, Rows = [3, 11, 12] }, "unknownRow", "validation.rows[1]" },
        { new() { Split = SplitKind.Rows, Rows = [-1] }, "unknownRow", "validation.rows[0]" },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public void Invalid_split_options_are_refused(SplitOptions options, string code, string field)
    {
        // Eleven rows; the first has no target.
        var fault = Sample.Refusal(() => Splitter.Split(options.Resolve("validation"), null, Input([.. Enumerable.Range(1, 10)], 11)));

        Assert.Equal((code, field), (fault.Code, fault.Field));
    }

    internal static Split SplitRows(SplitOptions options, int rows) =>
        Splitter.Split(options.Resolve("validation"), null, Input(Sample.Indices(rows), rows));

    /// <summary>Candidate rows of a table with only a target, a number, that other rows don't have.</summary>
    private static SplitInput Input(int[] candidates, int rows) => new(
        new([new NumberColumn(
            "score", [.. Enumerable.Range(0, rows).Select(row => Array.BinarySearch(candidates, row) < 0 ? double.NaN : row)])]),
        "score", LearningTask.Regression, candidates, rows, [], []);
}

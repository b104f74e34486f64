using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Splits;

public class TestSplitTests
{
    private static readonly SplitOptions Last = new() { Split = SplitKind.Last, Fraction = 0.2 };
    private static readonly SplitOptions Random = new() { Split = SplitKind.Random, Fraction = 0.2, Seed = 0 };
    private static readonly SplitOptions Stratified = new() { Split = SplitKind.Stratified, Fraction = 0.2, Seed = 0 };

    /// <summary>Rows with the classes a and b in turn.</summary>
    private static SplitInput Input(int rows) => new(
        new([CategoryColumn.FromTexts("sort", [.. Enumerable.Range(0, rows).Select(row => row % 2 == 0 ? "a" : "b")])]),
        "sort", LearningTask.Binary, Sample.Indices(rows), rows, [], []);

    private static SplitOptions Rows(params int[] rows) => new() { Split = SplitKind.Rows, Rows = rows };

    [Fact]
    public void The_last_rows_are_test_rows_and_those_before_them_validation_rows()
    {
        var split = Splitter.Split(Last, Last with { Fraction = 0.3 }, Input(10));

        Assert.Equal([0, 1, 2, 3, 4], split.Train);
        Assert.Equal([5, 6], split.Validation);
        Assert.Equal([7, 8, 9], split.Test);
    }

    public static TheoryData<SplitOptions, SplitOptions> Pairs => new()
    {
        { Random, Random }, { Random, Last }, { Last, Random }, { Stratified, Random }, { Random, Stratified },
        { Stratified, Stratified }, { Stratified, Last }, { Random with { Seed = 1 }, Random with { Seed = 2 } },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Both_fractions_refer_to_all_rows_and_no_row_is_in_two_parts(SplitOptions validation, SplitOptions test)
    {
        var split = Splitter.Split(validation, test, Input(100));

        Assert.Equal((60, 20, 20), (split.Train.Length, split.Validation.Length, split.Test.Length));
        StratifiedSplitTests.AssertParts(split, 100);
    }

    [Fact]
    public void The_test_rows_do_not_depend_on_the_validation_split()
    {
        var test = Splitter.Split(Last, Random, Input(100)).Test;

        SplitOptions[] validations = [Random, Stratified, Random with { Seed = 9, Fraction = 0.5 }];
        Assert.All(validations, validation => Assert.Equal(test, Splitter.Split(validation, Random, Input(100)).Test));
    }

    [Fact]
    public void Test_rows_by_number_are_left_out_of_the_validation_share()
    {
        var split = Splitter.Split(Last, Rows(9, 0, 8), Input(10));

        Assert.Equal([0, 8, 9], split.Test);
        Assert.Equal([6, 7], split.Validation);
        Assert.Equal([3], Splitter.Split(Rows(3), Rows(4), Input(10)).Validation);
    }

    /// <summary>Both splits have seed 0 by default, which must not correlate their choices: in time series, neighbouring rows are
    /// alike.</summary>
    [Fact]
    public void With_one_seed_the_validation_rows_are_independent_of_the_test_rows()
    {
        // Of 40 rows, 8 are for test and 8 for validation. The row after a validation row is a test row as often as any other: 8 of 39.
        var (adjacent, pairs) = (0, 0);
        for (var seed = 0; seed < 1000; seed++)
        {
            var split = Splitter.Split(Random with { Seed = seed }, Random with { Seed = seed }, Input(40));
            foreach (var row in split.Validation.Where(row => row < 39))
            {
                pairs++;
                adjacent += split.Test.Contains(row + 1) ? 1 : 0;
            }
        }

        Assert.Equal(8 / 39.0, (double)adjacent / pairs, 0.025);      // about five deviations
    }

    public static TheoryData<string, SplitOptions, SplitOptions, string, string> Refusals => new()
    {
        { "a row in both", Rows(3, 4, 5), Rows(5, 6), "overlappingParts", "validation.rows" },
        { "a row of the test share", Rows(9), Last, "overlappingParts", "validation.rows" },
        { "a test row beyond the table", Last, Rows(1, 10), "unknownRow", "test.rows[1]" },
        { "no test rows", Last, Rows(), "emptyTest", "test" },
        { "too small a test share", Random, Last with { Fraction = 0.04 }, "emptyTest", "test" },
        { "a test dataset without targets", Last, new() { Split = SplitKind.Dataset, Dataset = "later" }, "emptyTest", "test" },
        { "all rows for test", Last, Rows(Sample.Indices(10)), "emptyValidation", "validation" },
        { "shares of all rows", Random with { Fraction = 0.6 }, Random with { Fraction = 0.4 }, "tooFewTrainingRows", "validation" },
        { "shares of more than all rows", Last with { Fraction = 0.6 }, Last with { Fraction = 0.9 }, "tooFewTrainingRows", "validation" },
        { "one training row", Random with { Fraction = 0.5 }, Random with { Fraction = 0.4 }, "tooFewTrainingRows", "validation" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Splits_that_do_not_fit_together_are_refused(
        string name, SplitOptions validation, SplitOptions test, string code, string field)
    {
        var fault = Sample.Refusal(() => Splitter.Split(validation, test, Input(10)));

        Assert.Equal((name, code, field), (name, fault.Code, fault.Field));
    }

    [Fact]
    public void A_row_without_a_target_does_not_count_as_overlap()
    {
        var split = Splitter.Split(Rows(2, 3), Rows(2, 4), Input(10) with { Rows = [0, 1, 3, 4, 5] });

        Assert.Equal([3], split.Validation);
        Assert.Equal([4], split.Test);
    }
}

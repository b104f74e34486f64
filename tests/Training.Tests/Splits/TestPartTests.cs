using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Splits;

public class TestPartTests
{
    private static readonly SplitOptions Last = new() { Split = SplitKind.Last, Fraction = 0.2 };
    private static readonly SplitOptions Random = new() { Split = SplitKind.Random, Fraction = 0.2, Seed = 0 };
    private static readonly SplitOptions Stratified = new() { Split = SplitKind.Stratified, Fraction = 0.2, Seed = 0 };

    /// <summary>Rows of the classes a and b in turn.</summary>
    private static SplitInput Input(int rows) => new(
        new([CategoryColumn.FromTexts("sort", [.. Enumerable.Range(0, rows).Select(row => row % 2 == 0 ? "a" : "b")])]),
        "sort", LearningTask.Binary, Sample.Upto(rows), rows, [], []);

    private static SplitOptions Rows(params int[] rows) => new() { Split = SplitKind.Rows, Rows = rows };

    [Fact]
    public void The_last_rows_are_the_test_rows_and_those_before_them_judge()
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
    public void Both_fractions_are_of_all_rows_and_no_row_is_in_two_parts(SplitOptions validation, SplitOptions test)
    {
        var split = Splitter.Split(validation, test, Input(100));

        Assert.Equal((60, 20, 20), (split.Train.Length, split.Validation.Length, split.Test.Length));
        StratifiedSplitTests.AssertParts(split, 100);
    }

    [Fact]
    public void The_test_rows_stay_the_same_whatever_judges()
    {
        var test = Splitter.Split(Last, Random, Input(100)).Test;

        Assert.All([Random, Stratified, Random with { Seed = 9, Fraction = 0.5 }], validation => Assert.Equal(test, Splitter.Split(validation, Random, Input(100)).Test));
    }

    [Fact]
    public void The_rows_given_may_be_left_out_of_a_share()
    {
        var split = Splitter.Split(Last, Rows(9, 0, 8), Input(10));

        Assert.Equal([0, 8, 9], split.Test);
        Assert.Equal([6, 7], split.Validation);
        Assert.Equal([3], Splitter.Split(Rows(3), Rows(4), Input(10)).Validation);
    }

    /// <summary>One seed for both is the default, and must not choose validation rows near the test rows: where rows follow in time,
    /// such rows are alike.</summary>
    [Fact]
    public void Under_one_seed_the_validation_rows_keep_no_company_with_the_test_rows()
    {
        // Of the 40 rows, 8 test and 8 judge. Given two places side by side of which one is a validation row, the other is a test
        // row as often as any other row: 8 of 39.
        var (beside, pairs) = (0, 0);
        for (var seed = 0; seed < 1000; seed++)
        {
            var split = Splitter.Split(Random with { Seed = seed }, Random with { Seed = seed }, Input(40));
            foreach (var row in split.Validation.Where(row => row < 39))
            {
                pairs++;
                beside += split.Test.Contains(row + 1) ? 1 : 0;
            }
        }

        Assert.Equal(8 / 39.0, (double)beside / pairs, 0.025);      // about five deviations
    }

    public static TheoryData<string, SplitOptions, SplitOptions, string, string> Refusals => new()
    {
        { "a row in both", Rows(3, 4, 5), Rows(5, 6), "overlappingParts", "validation.rows" },
        { "a row of the share", Rows(9), Last, "overlappingParts", "validation.rows" },
        { "a test row beyond the table", Last, Rows(1, 10), "unknownRow", "test.rows[1]" },
        { "no test rows", Last, Rows(), "emptyTest", "test" },
        { "too small a test share", Random, Last with { Fraction = 0.04 }, "emptyTest", "test" },
        { "a test dataset without targets", Last, new() { Split = SplitKind.Dataset, Dataset = "later" }, "emptyTest", "test" },
        { "all rows test", Last, Rows(Sample.Upto(10)), "emptyValidation", "validation" },
        { "both shares are all", Random with { Fraction = 0.6 }, Random with { Fraction = 0.4 }, "tooFewTrainingRows", "validation" },
        { "more than all", Last with { Fraction = 0.6 }, Last with { Fraction = 0.9 }, "tooFewTrainingRows", "validation" },
        { "one row to train on", Random with { Fraction = 0.5 }, Random with { Fraction = 0.4 }, "tooFewTrainingRows", "validation" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Parts_that_do_not_fit_together_are_refused(string what, SplitOptions validation, SplitOptions test, string code, string field)
    {
        var fault = Sample.Refusal(() => Splitter.Split(validation, test, Input(10)));

        Assert.Equal((what, code, field), (what, fault.Code, fault.Field));
    }

    [Fact]
    public void A_row_that_lacks_its_target_overlaps_nothing()
    {
        var split = Splitter.Split(Rows(2, 3), Rows(2, 4), Input(10) with { Rows = [0, 1, 3, 4, 5] });

        Assert.Equal([3], split.Validation);
        Assert.Equal([4], split.Test);
    }
}

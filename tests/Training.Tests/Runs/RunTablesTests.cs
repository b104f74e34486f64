using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

public class RunTablesTests
{
    private const double None = double.NaN;

    private static readonly Table Stones = new([
        new NumberColumn("carat", [.. Enumerable.Range(1, 12).Select(row => row / 10.0)]),
        CategoryColumn.FromTexts(
            "cut", [.. Enumerable.Range(0, 12).Select(row => row == 3 ? null : new[] { "good", "fair", "ideal" }[row % 3])]),
        new NumberColumn("sold", [.. Enumerable.Range(0, 12).Select(row => row % 2 == 0 ? 1.0 : 0)], ColumnKind.Boolean),
        CategoryColumn.FromTexts("note", [.. Enumerable.Range(0, 12).Select(row => $"note {row}")]),
        new NumberColumn("price", [.. Enumerable.Range(0, 12).Select(row => row == 5 ? None : row * 100.0)])]);

    /// <summary>Columns and levels are in another order, and there is one more column.</summary>
    private static readonly Table Later = new([
        new NumberColumn("price", [150, None, 350, 450]),
        new NumberColumn("sold", [0, 1, None, 1], ColumnKind.Boolean),
        new NumberColumn("unused", [9, 9, 9, 9]),
        CategoryColumn.FromTexts("cut", ["ideal", "ideal", "good", null]),
        new NumberColumn("carat", [7, 8, None, 9])]);

    private static readonly Table Last = new([
        CategoryColumn.FromTexts("cut", ["fair", "good"]),
        new NumberColumn("carat", [5, 6]),
        new NumberColumn("sold", [1, 1], ColumnKind.Boolean),
        new NumberColumn("price", [10, 20])]);

    private static readonly SplitOptions FromDataset = new() { Split = SplitKind.Dataset, Dataset = "later" };

    private static RunRequest Request { get; } = new()
    {
        Dataset = "stones",
        Target = "price",
        Features = ["cut", "carat", "sold"],
        Validation = FromDataset,
        Network = new() { Hidden = [4] },
        Training = new() { Epochs = 3 },
    };

    [Fact]
    public void Another_datasets_rows_with_a_target_validate_and_all_rows_of_this_one_train()
    {
        var plan = RunPlan.Resolve(Request, new(Stones, Validation: Later));

        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11], plan.Split.Train);
        Assert.Equal([12, 14, 15], plan.Split.Validation);
        Assert.Empty(plan.Split.Test);
        Assert.Equal(FromDataset, plan.Spec.Validation);
        var encoder = Encoder.Fit(
            Stones, Request.Features!, "price", LearningTask.Regression, plan.Split.Train, plan.Spec.Encoding);
        Assert.Equal(JsonSerializer.Serialize(encoder), JsonSerializer.Serialize(plan.Encoder));
    }

    [Fact]
    public void Another_datasets_rows_are_encoded_by_the_text_of_their_levels()
    {
        var plan = RunPlan.Resolve(Request, new(Stones, Validation: Later));

        var (concatenated, alone) = (plan.Encode(plan.Split.Validation), plan.Encoder.Encode(Later, [0, 2, 3]));

        Assert.Equal(alone.Features, concatenated.Features);
        Assert.Equal(alone.Targets, concatenated.Targets);
        Assert.Equal(plan.Encoder.Encode(Stones, plan.Split.Train).Features, plan.Encode(plan.Split.Train).Features);
    }

    [Fact]
    public void Validation_test_or_both_may_be_other_datasets()
    {
        var lastAsTest = FromDataset with { Dataset = "last" };
        var both = RunPlan.Resolve(Request with { Test = lastAsTest }, new(Stones, Later, Last));
        Assert.Equal([12, 14, 15], both.Split.Validation);
        Assert.Equal([16, 17], both.Split.Test);
        Assert.Equal(both.Encoder.EncodeFeatures(Last, [0, 1]), both.Encoder.EncodeFeatures(both.Table, both.Split.Test));

        var fifth = new SplitOptions { Split = SplitKind.Last, Fraction = 0.2 };
        var onlyTest = RunPlan.Resolve(Request with { Validation = fifth, Test = FromDataset }, new(Stones, Test: Last));
        Assert.Equal([10, 11], onlyTest.Split.Validation);
        Assert.Equal([12, 13], onlyTest.Split.Test);

        var testRows = new SplitOptions { Split = SplitKind.Rows, Rows = [0, 11] };
        var onlyValidation = RunPlan.Resolve(Request with { Test = testRows }, new(Stones, Later));
        Assert.Equal([12, 14, 15], onlyValidation.Split.Validation);
        Assert.Equal([0, 11], onlyValidation.Split.Test);
    }

    [Fact]
    public void Row_numbers_are_those_of_the_runs_own_dataset()
    {
        var request = Request with { Test = new() { Split = SplitKind.Rows, Rows = [12] } };

        var fault = Sample.Refusal(() => RunPlan.Resolve(request, new(Stones, Later)));

        Assert.Equal(("unknownRow", "test.rows[0]"), (fault.Code, fault.Field));
        Assert.Contains("0 to 11", fault.Message);
    }

    [Fact]
    public void A_run_is_evaluated_on_the_other_datasets_rows()
    {
        var plan = RunPlan.Resolve(Request with { Test = FromDataset with { Dataset = "last" } }, new(Stones, Later, Last));

        var run = plan.Train(null, (_, _) => { }, default);

        double Mae(Table table, int[] rows, double[] prices) =>
            run.Model!.Values(table, rows).Zip(prices, (predicted, price) => Math.Abs(predicted - price)).Average();
        Assert.Equal(Mae(Later, [0, 2, 3], [150, 350, 450]), ((RegressionMetrics)run.Evaluation!.Validation).Mae, 1e-9);
        Assert.Equal(Mae(Last, [0, 1], [10, 20]), ((RegressionMetrics)run.Evaluation.Test!).Mae, 1e-9);
    }

    [Fact]
    public void A_column_without_any_value_in_another_dataset_fits_every_kind()
    {
        // A column of empty cells in a file has no kind, and is read as numbers.
        var empty = new Table([
            new NumberColumn("price", [150, 250]),
            new NumberColumn("sold", [None, None]),
            new NumberColumn("cut", [None, None]),
            new NumberColumn("carat", [None, None])]);

        var plan = RunPlan.Resolve(Request, new(Stones, Validation: empty));

        Assert.Equal([12, 13], plan.Split.Validation);
        Assert.All(plan.Split.Validation, row =>
            Assert.All(plan.Spec.Features, name => Assert.True(plan.Table.Find(name)!.IsMissing(row))));
        var kinds = plan.Spec.Features.Select(name => plan.Table.Find(name)!.Kind);
        Assert.Equal([ColumnKind.Category, ColumnKind.Number, ColumnKind.Boolean], kinds);
    }

    [Fact]
    public void Classes_of_another_dataset_are_recognised_by_text()
    {
        var plan = RunPlan.Resolve(Request with { Target = "cut", Features = ["carat", "price"] }, new(Stones, Validation: Later));

        Assert.Equal(["fair", "good", "ideal"], ((ClassTarget)plan.Encoder.Target).Classes);
        Assert.Equal([2f, 2, 1], plan.Encode(plan.Split.Validation).Targets);
    }

    private static Table Without(string column) => new([.. Later.Columns.Where(other => other.Name != column)]);

    private static Table With(Column column) => new([.. Without(column.Name).Columns, column]);

    public static TheoryData<string, Table, string, string> Mismatches => new()
    {
        { "no target", Without("price"), "otherColumns", "no column 'price'" },
        { "a feature less", Without("carat"), "otherColumns", "no column 'carat'" },
        {
            "numbers for text", With(new NumberColumn("cut", [1, 2, 3, None])), "otherColumns",
            "'cut' contains numbers in that dataset and text in the training dataset"
        },
        {
            "text for numbers", With(CategoryColumn.FromTexts("carat", ["1", "x", null, "3"])), "otherColumns",
            "'carat' contains text in that dataset and numbers"
        },
        { "numbers for booleans", With(new NumberColumn("sold", [1, 0, 2, 1])), "otherColumns", "true and false" },
        {
            "no row with a target", With(new NumberColumn("price", [None, None, None, None])), "emptyValidation",
            "no row with a target"
        },
    };

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void A_dataset_that_does_not_match_is_refused(string name, Table other, string code, string message)
    {
        var fault = Sample.Refusal(() => RunPlan.Resolve(Request, new(Stones, Validation: other)));

        Assert.Equal((name, code, code == "emptyValidation" ? "validation" : "validation.dataset"), (name, fault.Code, fault.Field));
        Assert.Contains(message, fault.Message);
    }

    [Fact]
    public void A_class_that_the_training_dataset_lacks_is_refused()
    {
        var other = With(CategoryColumn.FromTexts("cut", ["good", "idael", null, "fair"]));

        var fault = Sample.Refusal(() => RunPlan.Resolve(
            Request with { Target = "cut", Features = ["carat", "price"] }, new(Stones, Validation: other)));

        Assert.Equal(("unknownLevel", "validation.dataset"), (fault.Code, fault.Field));
        Assert.Contains("Did you mean 'ideal'?", fault.Message);
    }

    [Fact]
    public void A_level_of_a_feature_that_the_training_dataset_lacks_is_encoded_as_in_a_row_to_predict()
    {
        var other = With(CategoryColumn.FromTexts("cut", ["good", "unheard of", null, "fair"]));

        var plan = RunPlan.Resolve(Request, new(Stones, Validation: other));

        var encoding = (CategoryEncoding)plan.Encoder.Features.Single(feature => feature.Name == "cut");
        Assert.DoesNotContain("unheard of", encoding.Levels.Concat(encoding.RareLevels));
        Assert.Contains("unheard of", ((CategoryColumn)plan.Table.Find("cut")!).Levels);
        var expected = new float[encoding.Width];
        encoding.Encode(CategoryColumn.FromTexts("cut", ["unheard of"]), [0], expected, encoding.Width, 0);
        var actual = new float[encoding.Width];
        encoding.Encode(plan.Table.Find("cut")!, [plan.Split.Validation[1]], actual, encoding.Width, 0);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_refused_test_dataset_is_named()
    {
        var request = Request with { Test = FromDataset };

        var fault = Sample.Refusal(() => RunPlan.Resolve(request, new(Stones, Later, Without("carat"))));

        Assert.Equal(("otherColumns", "test.dataset"), (fault.Code, fault.Field));
    }

    [Fact]
    public void An_unknown_group_column_is_refused_with_another_dataset_too()
    {
        var request = Request with { Validation = new() { Split = SplitKind.Group, Column = "coot" }, Test = FromDataset };

        var fault = Sample.Refusal(() => RunPlan.Resolve(request, new(Stones, Test: Last)));

        Assert.Equal(("unknownColumn", "validation.column"), (fault.Code, fault.Field));
    }

    /// <summary>The rows of another dataset are already separate: it may have other groups.</summary>
    [Fact]
    public void A_group_column_is_needed_only_in_the_dataset_that_is_split()
    {
        var request = Request with { Validation = new() { Split = SplitKind.Group, Column = "note" }, Test = FromDataset };

        Assert.Equal([12, 13], RunPlan.Resolve(request, new(Stones, Test: Last)).Split.Test);
        var withNotes = new Table([.. Last.Columns, CategoryColumn.FromTexts("note", ["note 77", "note 78"])]);
        Assert.Equal([12, 13], RunPlan.Resolve(request, new(Stones, Test: withNotes)).Split.Test);
    }

    [Fact]
    public void Without_other_datasets_the_table_has_the_named_columns_of_the_dataset()
    {
        var table = new RunTables(Stones).Concatenate(["price", "carat"], ["note", "carat", "unknown"], "price");

        Assert.Equal(["price", "carat", "note"], table.Columns.Select(column => column.Name));
        Assert.All(table.Columns, column => Assert.Same(Stones.Find(column.Name), column));
    }
}

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
        CategoryColumn.FromTexts("cut", [.. Enumerable.Range(0, 12).Select(row => row == 3 ? null : new[] { "good", "fair", "ideal" }[row % 3])]),
        new NumberColumn("sold", [.. Enumerable.Range(0, 12).Select(row => row % 2 == 0 ? 1.0 : 0)], ColumnKind.Boolean),
        CategoryColumn.FromTexts("note", [.. Enumerable.Range(0, 12).Select(row => $"note {row}")]),
        new NumberColumn("price", [.. Enumerable.Range(0, 12).Select(row => row == 5 ? None : row * 100.0)])]);

    /// <summary>Columns and levels in another order, and a column more.</summary>
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
    public void All_rows_of_another_dataset_judge_that_have_a_target_and_all_of_this_one_train()
    {
        var plan = RunPlan.Resolve(Request, new(Stones, Validation: Later));

        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11], plan.Split.Train);
        Assert.Equal([12, 14, 15], plan.Split.Validation);
        Assert.Empty(plan.Split.Test);
        Assert.Equal(FromDataset, plan.Spec.Validation);
        Assert.Equal(JsonSerializer.Serialize(Encoder.Fit(Stones, Request.Features!, "price", LearningTask.Regression, plan.Split.Train)), JsonSerializer.Serialize(plan.Encoder));
    }

    [Fact]
    public void Its_rows_are_those_of_its_own_file_levels_told_by_text()
    {
        var plan = RunPlan.Resolve(Request, new(Stones, Validation: Later));

        var (together, alone) = (plan.Encode(plan.Split.Validation), plan.Encoder.Encode(Later, [0, 2, 3]));

        Assert.Equal(alone.Features, together.Features);
        Assert.Equal(alone.Targets, together.Targets);
        Assert.Equal(plan.Encoder.Encode(Stones, plan.Split.Train).Features, plan.Encode(plan.Split.Train).Features);
    }

    [Fact]
    public void Both_other_parts_may_be_datasets_or_one_of_them()
    {
        var both = RunPlan.Resolve(Request with { Test = FromDataset with { Dataset = "last" } }, new(Stones, Later, Last));
        Assert.Equal([12, 14, 15], both.Split.Validation);
        Assert.Equal([16, 17], both.Split.Test);
        Assert.Equal(both.Encoder.EncodeFeatures(Last, [0, 1]), both.Encoder.EncodeFeatures(both.Table, both.Split.Test));

        var testAlone = RunPlan.Resolve(Request with { Validation = new() { Split = SplitKind.Last, Fraction = 0.2 }, Test = FromDataset }, new(Stones, Test: Last));
        Assert.Equal([10, 11], testAlone.Split.Validation);
        Assert.Equal([12, 13], testAlone.Split.Test);

        var validationAlone = RunPlan.Resolve(Request with { Test = new() { Split = SplitKind.Rows, Rows = [0, 11] } }, new(Stones, Later));
        Assert.Equal([12, 14, 15], validationAlone.Split.Validation);
        Assert.Equal([0, 11], validationAlone.Split.Test);
    }

    [Fact]
    public void Row_numbers_are_the_datasets_own()
    {
        var fault = Sample.Refusal(() => RunPlan.Resolve(Request with { Test = new() { Split = SplitKind.Rows, Rows = [12] } }, new(Stones, Later)));

        Assert.Equal(("unknownRow", "test.rows[0]"), (fault.Code, fault.Field));
        Assert.Contains("0 to 11", fault.Message);
    }

    [Fact]
    public void A_run_is_judged_by_the_other_datasets_rows()
    {
        var plan = RunPlan.Resolve(Request with { Test = FromDataset with { Dataset = "last" } }, new(Stones, Later, Last));

        var run = TrainedRun.Of(plan, null, (_, _) => { }, default);

        double Mae(Table table, int[] rows, double[] prices) => run.Model!.Values(table, rows).Zip(prices, (predicted, price) => Math.Abs(predicted - price)).Average();
        Assert.Equal(Mae(Later, [0, 2, 3], [150, 350, 450]), ((RegressionMetrics)run.Evaluation!.Validation).Mae, 1e-9);
        Assert.Equal(Mae(Last, [0, 1], [10, 20]), ((RegressionMetrics)run.Evaluation.Test!).Mae, 1e-9);
    }

    [Fact]
    public void A_column_without_any_value_there_fits_every_kind()
    {
        // A file's column of empty cells has no kind to tell, and is read as numbers.
        var empty = new Table([
            new NumberColumn("price", [150, 250]), new NumberColumn("sold", [None, None]), new NumberColumn("cut", [None, None]), new NumberColumn("carat", [None, None])]);

        var plan = RunPlan.Resolve(Request, new(Stones, Validation: empty));

        Assert.Equal([12, 13], plan.Split.Validation);
        Assert.All(plan.Split.Validation, row => Assert.All(plan.Spec.Features, name => Assert.True(plan.Table.Find(name)!.IsMissing(row))));
        Assert.Equal([ColumnKind.Category, ColumnKind.Number, ColumnKind.Boolean], plan.Spec.Features.Select(name => plan.Table.Find(name)!.Kind));
    }

    [Fact]
    public void Classes_are_told_by_text_too()
    {
        var plan = RunPlan.Resolve(Request with { Target = "cut", Features = ["carat", "price"] }, new(Stones, Validation: Later));

        Assert.Equal(["fair", "good", "ideal"], ((ClassTarget)plan.Encoder.Target).Classes);
        Assert.Equal([2f, 2, 1], plan.Encode(plan.Split.Validation).Targets);
    }

    private static Table Without(string column) => new([.. Later.Columns.Where(other => other.Name != column)]);

    private static Table With(Column column) => new([.. Without(column.Name).Columns, column]);

    public static TheoryData<string, Table, string, string> Misfits => new()
    {
        { "no target", Without("price"), "otherColumns", "no column 'price'" },
        { "a feature less", Without("carat"), "otherColumns", "no column 'carat'" },
        { "numbers for texts", With(new NumberColumn("cut", [1, 2, 3, None])), "otherColumns", "'cut' holds numbers in that dataset and texts in the one to train on" },
        { "texts for numbers", With(CategoryColumn.FromTexts("carat", ["1", "x", null, "3"])), "otherColumns", "'carat' holds texts in that dataset and numbers" },
        { "numbers for booleans", With(new NumberColumn("sold", [1, 0, 2, 1])), "otherColumns", "true and false" },
        { "an unknown level", With(CategoryColumn.FromTexts("cut", ["good", "idael", null, "fair"])), "unknownLevel", "Did you mean 'ideal'?" },
        { "no row with a target", With(new NumberColumn("price", [None, None, None, None])), "emptyValidation", "no row with a target" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_dataset_that_does_not_fit_is_refused(string what, Table other, string code, string says)
    {
        var fault = Sample.Refusal(() => RunPlan.Resolve(Request, new(Stones, Validation: other)));

        Assert.Equal((what, code, code == "emptyValidation" ? "validation" : "validation.dataset"), (what, fault.Code, fault.Field));
        Assert.Contains(says, fault.Message);
    }

    [Fact]
    public void A_misfit_of_the_test_dataset_names_that_one()
    {
        var fault = Sample.Refusal(() => RunPlan.Resolve(Request with { Test = FromDataset }, new(Stones, Later, Without("carat"))));

        Assert.Equal(("otherColumns", "test.dataset"), (fault.Code, fault.Field));
    }

    [Fact]
    public void A_group_column_that_is_not_there_is_refused_beside_a_dataset_too()
    {
        var request = Request with { Validation = new() { Split = SplitKind.Group, Column = "coot" }, Test = FromDataset };

        var fault = Sample.Refusal(() => RunPlan.Resolve(request, new(Stones, Test: Last)));

        Assert.Equal(("unknownColumn", "validation.column"), (fault.Code, fault.Field));
    }

    /// <summary>Rows of another dataset are parted already: new persons there are what a test is for.</summary>
    [Fact]
    public void A_group_column_concerns_the_dataset_that_is_parted_alone()
    {
        var request = Request with { Validation = new() { Split = SplitKind.Group, Column = "note" }, Test = FromDataset };

        Assert.Equal([12, 13], RunPlan.Resolve(request, new(Stones, Test: Last)).Split.Test);
        var withNotes = new Table([.. Last.Columns, CategoryColumn.FromTexts("note", ["note 77", "note 78"])]);
        Assert.Equal([12, 13], RunPlan.Resolve(request, new(Stones, Test: withNotes)).Split.Test);
    }

    [Fact]
    public void Without_other_datasets_the_table_is_the_datasets() => Assert.Same(Stones, new RunTables(Stones).Concatenate(["carat"], []));
}

using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

public class RowWeightsTests
{
    private static readonly Table Sales = new([
        new NumberColumn("size", [1, 2, 3, 4, 5, 6, 7, 8]),
        new NumberColumn("price", [10, 20, 35, 41, 50, 66, 70, 82]),
        new NumberColumn("weight", [1, 2, 3, 2, 0, 4, 1, 3]),
        CategoryColumn.FromTexts("shop", ["a", "a", "b", "b", "c", "c", "d", "d"])]);

    private static readonly RunRequest Request = new()
    {
        Dataset = "sales",
        Target = "price",
        WeightColumn = "weight",
        Validation = new() { Split = SplitKind.Last, Fraction = 0.25 },
    };

    [Fact]
    public void Weights_are_1_on_average_over_the_rows_of_each_part_and_not_a_feature_by_default()
    {
        var plan = RunPlan.Resolve(Request, new(Sales));

        Assert.Equal(["size", "shop"], plan.Spec.Features);
        Assert.Equal("weight", plan.Spec.WeightColumn);
        Assert.Equal([0.5f, 1, 1.5f, 1, 0, 2], plan.Encode(plan.Split.Train).Weights!);
        Assert.Equal([0.5f, 1.5f], plan.EncodeTargets(plan.Split.Validation).Weights!);
        Assert.Null(RunPlan.Resolve(Request with { WeightColumn = null }, new(Sales)).Encode(plan.Split.Train).Weights);
    }

    [Theory]
    [InlineData(4e307)] // their sum is infinite
    [InlineData(5e-324)]
    public void Weights_may_be_as_large_and_as_small_as_numbers_are(double unit) =>
        Assert.Equal([0.5f, 1.5f, 1], RowWeights.Scale(new("w", [unit, 7, 3 * unit, 2 * unit]), [0, 2, 3]));

    [Fact]
    public void Weights_of_rows_and_of_classes_are_multiplied()
    {
        var request = Request with
        {
            Target = "shop",
            Features = ["size"],
            Validation = new() { Split = SplitKind.Rows, Rows = [1, 3] },
            Training = new() { ClassWeights = new Dictionary<string, double> { ["a"] = 4 } },
        };
        var plan = RunPlan.Resolve(request, new(Sales));

        // Training rows 0, 2, 4 to 7 have the classes a, b, c, c, d, d: the mean class weight is 9/6. Their row weights have the mean 2.
        var classes = new[] { 4, 1, 1, 1, 1, 1 }.Select(weight => weight / 1.5);
        var expected = classes.Zip([0.5, 1.5, 0, 2, 0.5, 1.5], (ofClass, ofRow) => ofClass * ofRow);
        Assert.All(expected.Zip(plan.Encode(plan.Split.Train).Weights!), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void A_weight_column_may_be_a_feature_if_the_request_says_so()
    {
        var plan = RunPlan.Resolve(Request with { Features = ["weight", "size"] }, new(Sales));

        Assert.Equal((2, 3), (plan.Encoder.Features.Count, plan.Table.Columns.Count));
        Assert.Equal([0.5f, 1, 1.5f, 1, 0, 2], plan.Encode(plan.Split.Train).Weights!);
    }

    public static IEnumerable<object[]> EnginesAndLosses =>
        from engine in new[] { "torch", "simd" }
        from loss in Enum.GetValues<LossKind>()
        select new object[] { engine, loss };

    [Theory]
    [MemberData(nameof(EnginesAndLosses))]
    public void A_row_of_weight_2_counts_like_the_row_twice(string engine, LossKind loss)
    {
        var rows = RowsFor(loss, 5);
        var weighted = rows with { Weights = RowWeights.Scale(new("w", [1, 2, 1, 1, 2]), Sample.Indices(5)) };
        int[] repeated = [0, 1, 1, 2, 3, 4, 4];
        var twice = new EncodedRows(
            [.. repeated.SelectMany(row => rows.Features[(3 * row)..(3 * row + 3)])], [.. repeated.Select(row => rows.Targets[row])],
            null, 7, 3);

        var (expectedLoss, expected) = TrainEpoch(engine, loss, twice);
        var (actualLoss, actual) = TrainEpoch(engine, loss, weighted);

        Assert.Equal(expectedLoss, actualLoss, 1e-5);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Theory]
    [MemberData(nameof(EnginesAndLosses))]
    public void A_row_of_weight_0_does_not_change_the_network(string engine, LossKind loss)
    {
        var rows = RowsFor(loss, 5) with { Weights = RowWeights.Scale(new("w", [1, 2, 0, 1, 2]), Sample.Indices(5)) };
        var other = rows with { Features = [.. rows.Features], Targets = [.. rows.Targets] };
        other.Features.AsSpan(6, 3).Fill(7);
        other.Targets[2] = loss == LossKind.CrossEntropy ? 0 : 9;

        var (expectedLoss, expected) = TrainEpoch(engine, loss, rows);
        var (actualLoss, actual) = TrainEpoch(engine, loss, other);

        Assert.Equal(expectedLoss, actualLoss);
        Assert.Equal(expected, actual);
        var (plain, otherPlain) = (rows with { Weights = null }, other with { Weights = null });
        Assert.NotEqual(TrainEpoch(engine, loss, plain).Weights, TrainEpoch(engine, loss, otherPlain).Weights);
    }

    private static EncodedRows RowsFor(LossKind loss, int count) =>
        loss == LossKind.CrossEntropy ? Sample.ClassRows(count, 3, classes: 3, seed: 4) : Sample.Rows(count, 3, seed: 4);

    private static (double Loss, float[] Weights) TrainEpoch(string kind, LossKind loss, EncodedRows rows)
    {
        var shape = new NetworkShape(3, [4], loss == LossKind.CrossEntropy ? 3 : 1);
        var (spec, weights) = (Sample.Spec(loss: loss), Sample.Numbers(shape.Parameters, seed: 1));
        using IEngine engine = kind == "torch"
            ? new TorchEngine(shape, new(), spec, weights)
            : new SimdEngine(shape, new(), spec, weights);
        return (engine.TrainEpoch(rows, Sample.Indices(rows.Rows), 0.1, default), engine.Save().Weights);
    }

    /// <summary>For each x, one row has 0 with weight 9 and one has 10 with weight 1: the weighted mean is 1, the plain one 5.</summary>
    [Theory]
    [InlineData(EngineKind.Torch, 1)]
    [InlineData(EngineKind.Simd, 1)]
    [InlineData(EngineKind.Simd, 2)]
    public void A_run_learns_the_weighted_mean_and_shows_a_weighted_loss_beside_plain_metrics(EngineKind engine, int members)
    {
        var rows = Enumerable.Range(0, 400).ToArray();
        var table = new Table([
            new NumberColumn("x", [.. rows.Select(row => (double)(row / 2 % 10))]),
            new NumberColumn("y", [.. rows.Select(row => row % 2 == 0 ? 0.0 : 10)]),
            new NumberColumn("w", [.. rows.Select(row => row % 2 == 0 ? 9.0 : 1)])]);
        var plan = RunPlan.Resolve(new()
        {
            Dataset = "pairs",
            Target = "y",
            Task = LearningTask.Regression,
            WeightColumn = "w",
            Engine = engine,
            Validation = new() { Split = SplitKind.Last, Fraction = 0.25 },
            Training = new() { Epochs = 20, LearningRate = 0.01, Members = members },
        }, new(table));

        var history = new List<EpochMetrics>();
        var run = plan.Train(null, (epoch, _) => history.Add(epoch), default);

        Assert.All(run.Model!.Values(table, plan.Split.Validation), value => Assert.InRange(value, 0.5, 1.5));
        var evaluation = run.Evaluation!;
        var metrics = (RegressionMetrics)evaluation.Validation;
        Assert.InRange(metrics.Loss, 8.9, 9.5);                         // 0.9 x 1² + 0.1 x 9²
        Assert.InRange(metrics.Rmse, Math.Sqrt(38), Math.Sqrt(44));     // (1² + 9²) / 2 = 41, up to the deviation of the predictions
        Assert.Equal(metrics.Loss, history[run.Result.BestEpoch].ValidationLoss, 1e-3);
        Assert.InRange(history[^1].TrainLoss, 8.9, 9.5);
        Assert.All(evaluation.Baselines.Values, baseline => Assert.Equal(9, baseline.Validation.Loss, 0.01));
        Assert.Equal(9, plan.TrivialBaselineLoss(), 1e-3);
        Assert.InRange(evaluation.Interval!.HalfWidth!.Value, 8.5, 9.5);
    }

    [Fact]
    public void Other_datasets_bring_their_own_weights()
    {
        var later = new Table([
            new NumberColumn("size", [9, 10, 11]), new NumberColumn("price", [90, double.NaN, 99]),
            new NumberColumn("weight", [1, double.NaN, 7]), CategoryColumn.FromTexts("shop", ["a", "b", "d"])]);
        var request = Request with
        {
            Validation = new() { Split = SplitKind.Dataset, Dataset = "later" },
            Test = new() { Split = SplitKind.Group, Column = "shop", Fraction = 0.25 },
        };
        var plan = RunPlan.Resolve(request, new(Sales, Validation: later));

        Assert.Equal([0.25f, 1.75f], plan.Encode(plan.Split.Validation).Weights!);      // the row without a target needs no weight
        Assert.Equal(1, plan.Encode(plan.Split.Test).Weights!.Average(), 1e-6);

        var without = new Table([later.Find("size")!, later.Find("price")!, later.Find("shop")!]);
        Assert.Equal("otherColumns", Sample.Refusal(() => RunPlan.Resolve(request, new(Sales, Validation: without))).Code);
        var negative = new Table([.. without.Columns, new NumberColumn("weight", [1, 2, -3])]);
        Assert.Contains("-3 in row 2 of the validation dataset, which is a validation row",
            Sample.Refusal(() => RunPlan.Resolve(request, new(Sales, Validation: negative))).Message);
    }

    [Fact]
    public void A_restored_plan_and_a_repeated_request_have_the_same_weights()
    {
        var plan = RunPlan.Resolve(Request, new(Sales));
        var restored = RunPlan.Restore(JsonSerializer.Deserialize<RunSpec>(JsonSerializer.Serialize(plan.Spec))!, new(Sales));

        Assert.Equal(plan.Encode(plan.Split.Train).Weights!, restored.Encode(plan.Split.Train).Weights!);
        Assert.Equal("weight", RunRequest.From(plan.Spec).WeightColumn);
        Assert.DoesNotContain("WeightColumn", JsonSerializer.Serialize(Request with { WeightColumn = null }));
        var unweighted = JsonSerializer.Serialize(plan.Spec with { WeightColumn = null });
        Assert.Null(JsonSerializer.Deserialize<RunSpec>(unweighted.Replace("\"WeightColumn\":null,", ""))!.WeightColumn);
    }

    [Fact]
    public void Weights_count_in_the_estimate_of_memory()
    {
        var plain = RunPlan.Resolve(Request with { WeightColumn = null, Features = ["size", "shop"] }, new(Sales)).EstimateMemory();
        var weighted = RunPlan.Resolve(Request, new(Sales)).EstimateMemory();

        Assert.Equal(8 * 4 * sizeof(float), weighted.BesidesTables - plain.BesidesTables);
        Assert.True(weighted.Bytes - plain.Bytes >= 8 * sizeof(double) + 8 * 4 * sizeof(float));
    }

    public static TheoryData<string, RunRequest, string, string> Refused => new()
    {
        { "misspelt", Request with { WeightColumn = "wieght" }, "unknownColumn", "Did you mean 'weight'?" },
        { "the target", Request with { WeightColumn = "price" }, "targetAsWeight", "'price' is the target" },
        { "text", Request with { WeightColumn = "shop" }, "weightNotNumeric", "'shop' is a column of text" },
        {
            "zero in training",
            Request with { WeightColumn = "zeros", Validation = new() { Split = SplitKind.Rows, Rows = [0, 1, 2, 3, 5, 6] } },
            "zeroWeights", "'zeros' is 0 in all 2 training rows (the first is row 4)"
        },
        {
            "zero in validation", Request with { Validation = new() { Split = SplitKind.Rows, Rows = [4] } },
            "zeroWeights", "'weight' is 0 in the only validation row (the first is row 4)"
        },
        {
            "zero in test", Request with { Test = new() { Split = SplitKind.Rows, Rows = [4] } },
            "zeroWeights", "'weight' is 0 in the only test row"
        },
        { "negative", Request with { WeightColumn = "negative" }, "invalidWeight", "'negative' is -1 in row 3, which is a training row" },
        { "missing", Request with { WeightColumn = "gaps" }, "invalidWeight", "'gaps' is missing in row 6, which is a validation row" },
        { "infinite", Request with { WeightColumn = "infinite" }, "invalidWeight", "in row 0, which is a training row" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Wrong_weights_are_refused_with_the_row(string name, RunRequest request, string code, string message)
    {
        var table = new Table([
            .. Sales.Columns, new NumberColumn("zeros", [1, 1, 1, 1, 0, 1, 1, 0]), new NumberColumn("negative", [1, 1, 1, -1, 1, 1, 1, 1]),
            new NumberColumn("gaps", [1, 1, 1, 1, 1, 1, double.NaN, 1]),
            new NumberColumn("infinite", [double.PositiveInfinity, 1, 1, 1, 1, 1, 1, 1])]);

        var fault = Sample.Refusal(() => RunPlan.Resolve(request with { Features = ["size"] }, new(table)));

        Assert.Equal((name, code, "weightColumn"), (name, fault.Code, fault.Field));
        Assert.Contains(message, fault.Message);
    }
}

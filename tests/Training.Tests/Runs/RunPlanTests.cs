using System.Text.Json;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

public class RunPlanTests
{
    private static readonly Table Table = new([
        new NumberColumn("carat", [.. Enumerable.Range(1, 20).Select(row => row / 10.0)]),
        CategoryColumn.Of("clarity", [.. Enumerable.Range(0, 20).Select(row => row % 2 == 0 ? "IF" : "SI")]),
        new NumberColumn("sold", [.. Enumerable.Range(0, 20).Select(row => row % 3 == 0 ? 1.0 : 0)], ColumnKind.Boolean),
        new NumberColumn("price", [.. Enumerable.Range(0, 20).Select(row => row is 3 or 19 ? double.NaN : row * 100.0)]),
        new NumberColumn("fixed", [.. Enumerable.Repeat(1.0, 20)])]);

    private static RunRequest Request { get; } = new() { Dataset = "stones", Target = "price", Validation = new() { Split = SplitKind.Random } };

    [Fact]
    public void Every_default_is_filled_in()
    {
        var spec = RunPlan.Of(Request, Table).Spec;

        Assert.Equal(["carat", "clarity", "sold", "fixed"], spec.Features);
        Assert.Equal(new SplitOptions { Split = SplitKind.Random, Fraction = 0.2, Seed = 0 }, spec.Validation);
        Assert.Equal([64, 32], spec.Network.Hidden);
        Assert.Equal((Activation.Relu, 0.0), (spec.Network.Activation, spec.Network.Dropout));
        Assert.Equal(new TrainingSpec { Epochs = 100, BatchSize = 4, Optimizer = OptimizerKind.Adam, LearningRate = 0.01, Loss = LossKind.Mse }, spec.Training);
        Assert.Equal(new EarlyStoppingOptions { Patience = 10 }, spec.EarlyStopping);
        Assert.Equal(("stones", "price", LearningTask.Regression, "torch"), (spec.Dataset, spec.Target, spec.Task, spec.Engine));
    }

    [Fact]
    public void What_was_asked_for_stays()
    {
        var spec = RunPlan.Of(Request with
        {
            Features = ["clarity", "carat"],
            Network = new() { Hidden = [3], Activation = Activation.Elu, Dropout = 0.1 },
            EarlyStopping = null,
        }, Table).Spec;

        Assert.Equal(["clarity", "carat"], spec.Features);
        Assert.Equal([3], spec.Network.Hidden);
        Assert.Equal((Activation.Elu, 0.1), (spec.Network.Activation, spec.Network.Dropout));
        Assert.Null(spec.EarlyStopping);
    }

    [Fact]
    public void Rows_without_a_target_are_left_out()
    {
        var plan = RunPlan.Of(Request with { Validation = new() { Split = SplitKind.Last, Fraction = 1.0 / 6 } }, Table);

        Assert.Equal([16, 17, 18], plan.Split.Validation);
        Assert.Equal([0, 1, 2, .. Enumerable.Range(4, 12)], plan.Split.Train);
    }

    [Fact]
    public void The_shape_fits_the_encoded_features_and_the_scale_the_loss()
    {
        var request = Request with { Features = ["clarity", "carat"], Network = new() { Hidden = [5] }, Validation = new() { Split = SplitKind.Last, Fraction = 0.5 } };
        var plan = RunPlan.Of(request, Table);

        Assert.Equal((3, 1, 3 * 5 + 5 + 5 + 1), (plan.Shape.Inputs, plan.Shape.Outputs, plan.Shape.Parameters));

        // Trains on the rows 0 to 9 but 3: prices 0, 100, 200, 400 .. 900, of mean 466 2/3 and variance 88,888.9.
        Assert.Equal(800_000.0 / 9, plan.LossScale, 1e-6);
        Assert.Equal(Math.Sqrt(800_000.0 / 9), RunPlan.Of(request with { Training = new() { Loss = LossKind.Mae } }, Table).LossScale, 1e-9);
    }

    [Fact]
    public void The_plan_of_a_spec_read_back_from_JSON_is_that_of_its_request()
    {
        var asked = RunPlan.Of(Request with { Validation = new() { Split = SplitKind.Random, Fraction = 0.3, Seed = 4 } }, Table);

        var again = RunPlan.Of(JsonSerializer.Deserialize<RunSpec>(JsonSerializer.Serialize(asked.Spec))!, Table);

        Assert.Equal(JsonSerializer.Serialize(asked.Spec), JsonSerializer.Serialize(again.Spec));
        Assert.Equal(JsonSerializer.Serialize(asked.Encoder), JsonSerializer.Serialize(again.Encoder));
        Assert.Equal(asked.Split.Train, again.Split.Train);
        Assert.Equal(asked.Split.Validation, again.Split.Validation);
        Assert.Equal((asked.Shape.Parameters, asked.LossScale), (again.Shape.Parameters, again.LossScale));
    }

    public static TheoryData<string, RunRequest, string, string, string> Refusals => new()
    {
        { "no validation", Request with { Validation = null }, "validationRequired", "validation", "\"validation\": { \"split\": \"random\", \"fraction\": 0.2 }" },
        { "unknown target", Request with { Target = "pirce" }, "unknownColumn", "target", "Did you mean 'price'?" },
        { "unknown target with features", Request with { Target = "weight", Features = ["carat"] }, "unknownColumn", "target", "carat, clarity, sold, price" },
        { "unknown feature", Request with { Features = ["carat", "claritty"] }, "unknownColumn", "features[1]", "Did you mean 'clarity'?" },
        { "column in another case", Request with { Features = ["Carat"] }, "unknownColumn", "features[0]", "Did you mean 'carat'?" },
        { "target of text", Request with { Target = "clarity" }, "targetNotNumeric", "target", "text" },
        { "target of booleans", Request with { Target = "sold" }, "targetNotNumeric", "target", "true and false" },
        { "target among features", Request with { Features = ["carat", "price"] }, "targetAmongFeatures", "features[1]", "'price'" },
        { "feature twice", Request with { Features = ["carat", "sold", "carat"] }, "duplicateFeature", "features[2]", "'carat'" },
        { "constant target", Request with { Target = "fixed" }, "constantTarget", "target", "'fixed'" },
        { "momentum of adam", Request with { Training = new() { Momentum = 0.9 } }, "notApplicable", "training.momentum", "sgd" },
        { "rows missing", Request with { Validation = new() { Split = SplitKind.Rows } }, "missingField", "validation.rows", "[6, 7]" },
        { "row beyond the table", Request with { Validation = new() { Split = SplitKind.Rows, Rows = [20] } }, "unknownRow", "validation.rows[0]", "0 to 19" },
        { "only rows without a target", Request with { Validation = new() { Split = SplitKind.Rows, Rows = [3, 19] } }, "emptyValidation", "validation", "18 rows" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_can_not_be_trained_is_refused_by_code_and_field(string what, RunRequest request, string code, string field, string says)
    {
        var fault = Sample.Refusal(() => RunPlan.Of(request, Table));

        Assert.Equal((what, code, field), (what, fault.Code, fault.Field));
        Assert.Contains(says, fault.Message);
    }

    [Fact]
    public void A_table_of_the_target_alone_is_refused()
    {
        var fault = Sample.Refusal(() => RunPlan.Of(Request, new Table([new NumberColumn("price", [1, 2, 3, 4, 5])])));

        Assert.Equal(("noFeatures", "features"), (fault.Code, fault.Field));
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
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
        CategoryColumn.FromTexts("clarity", [.. Enumerable.Range(0, 20).Select(row => row % 2 == 0 ? "IF" : "SI")]),
        new NumberColumn("sold", [.. Enumerable.Range(0, 20).Select(row => row % 3 == 0 ? 1.0 : 0)], ColumnKind.Boolean),
        new NumberColumn("price", [.. Enumerable.Range(0, 20).Select(row => row is 3 or 19 ? double.NaN : row * 100.0)]),
        new NumberColumn("fixed", [.. Enumerable.Repeat(1.0, 20)])]);

    private static RunRequest Request { get; } =
        new() { Dataset = "stones", Target = "price", Validation = new() { Split = SplitKind.Random } };

    [Fact]
    public void Every_default_is_filled_in()
    {
        var spec = RunPlan.Resolve(Request, new(Table)).Spec;

        Assert.Equal(["carat", "clarity", "sold", "fixed"], spec.Features);
        Assert.Equal(new SplitOptions { Split = SplitKind.Random, Fraction = 0.2, Seed = 0 }, spec.Validation);
        Assert.Equal([64, 32], spec.Network.Hidden);
        Assert.Equal((Activation.Relu, 0.0), (spec.Network.Activation, spec.Network.Dropout));
        Assert.Equal(new TrainingSpec
        {
            Epochs = 100,
            BatchSize = 4,
            Optimizer = OptimizerKind.Adam,
            LearningRate = 0.008,
            Schedule = ScheduleKind.Constant,
            WeightDecay = 0.02,
            Loss = LossKind.Mse,
        }, spec.Training);
        Assert.Equal(new EarlyStoppingOptions { Patience = 10 }, spec.EarlyStopping);
        Assert.Equal(
            ("stones", "price", LearningTask.Regression, EngineKind.Simd), (spec.Dataset, spec.Target, spec.Task, spec.Engine));
    }

    [Fact]
    public void By_default_a_rate_that_falls_has_no_early_stopping_and_a_constant_one_has()
    {
        var table = new Table([new NumberColumn("x", [.. Enumerable.Range(0, 400)]), new NumberColumn("y", [.. Enumerable.Range(0, 400)])]);
        var request = Request with { Target = "y" };
        (ScheduleKind, EarlyStoppingOptions?) Resolve(RunRequest request) =>
            RunPlan.Resolve(request, new(table)).Spec is var spec ? (spec.Training.Schedule, spec.EarlyStopping) : default;

        Assert.Equal((ScheduleKind.Cosine, null), Resolve(request));
        Assert.Equal((ScheduleKind.Constant, null), Resolve(request with { EarlyStopping = null }));
        Assert.Equal((ScheduleKind.Constant, new()), Resolve(request with { EarlyStopping = new() }));
        Assert.Equal((ScheduleKind.Constant, new()), Resolve(request with { Training = new() { LearningRate = 0.01 } }));
        var cosine = request with { Training = new() { Schedule = ScheduleKind.Cosine } };
        Assert.Equal((ScheduleKind.Cosine, null), Resolve(cosine));
        Assert.Equal((ScheduleKind.Cosine, new()), Resolve(cosine with { EarlyStopping = new() }));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(", \"earlyStopping\": null", true)]
    [InlineData(", \"earlyStopping\": {}", true)]
    public void A_request_of_JSON_names_early_stopping_if_it_has_the_member(string member, bool names) =>
        Assert.Equal(names, JsonSerializer.Deserialize<RunRequest>(
            $"{{ \"dataset\": \"stones\", \"target\": \"price\"{member} }}", JsonSerializerOptions.Web)!.NamesEarlyStopping);

    /// <summary>A repeated request finds the run that it started with an Idempotency-Key before there were schedules.</summary>
    [Fact]
    public void A_request_without_a_schedule_has_the_JSON_that_it_had_before_there_were_schedules()
    {
        var json = JsonSerializer.Serialize(Request);

        Assert.All(["Schedule", "Warmup", "Names", "Quantile"], name => Assert.DoesNotContain(name, json));
        Assert.Contains("\"EarlyStopping\":{\"Patience\":10,\"MinDelta\":0,\"StartFromEpoch\":0}", json);
    }

    [Fact]
    public void A_spec_that_was_stored_before_there_were_schedules_is_constant()
    {
        var stored = JsonNode.Parse(JsonSerializer.Serialize(RunPlan.Resolve(Request, new(Table)).Spec))!;
        var training = stored["Training"]!.AsObject();
        Assert.True(training.Remove("Schedule") && training.Remove("WarmupFraction") && training.Remove("Quantile"));

        var read = stored.Deserialize<RunSpec>()!.Training;
        Assert.Equal((ScheduleKind.Constant, null), (read.Schedule, read.Quantile));
    }

    [Theory]
    [InlineData(64, 32, EngineKind.Simd)]
    [InlineData(4096, 4096, EngineKind.Torch)]
    public void Auto_selects_the_engine_that_was_measured_to_be_faster(int units, int batch, EngineKind engine)
    {
        var plan = RunPlan.Resolve(Request with
        {
            Engine = EngineKind.Auto,
            Network = new() { Hidden = [units, units] },
            Training = new() { BatchSize = batch },
        }, new(Table));

        Assert.Equal(engine, plan.Spec.Engine);
    }

    [Fact]
    public void Requested_settings_are_kept()
    {
        var spec = RunPlan.Resolve(Request with
        {
            Features = ["clarity", "carat"],
            Network = new() { Hidden = [3], Activation = Activation.Elu, Dropout = 0.1 },
            EarlyStopping = null,
        }, new(Table)).Spec;

        Assert.Equal(["clarity", "carat"], spec.Features);
        Assert.Equal([3], spec.Network.Hidden);
        Assert.Equal((Activation.Elu, 0.1), (spec.Network.Activation, spec.Network.Dropout));
        Assert.Null(spec.EarlyStopping);
    }

    [Fact]
    public void Rows_without_a_target_are_left_out()
    {
        var plan = RunPlan.Resolve(Request with { Validation = new() { Split = SplitKind.Last, Fraction = 1.0 / 6 } }, new(Table));

        Assert.Equal([16, 17, 18], plan.Split.Validation);
        Assert.Equal([0, 1, 2, .. Enumerable.Range(4, 12)], plan.Split.Train);
    }

    [Fact]
    public void The_shape_follows_from_the_features_and_the_scale_from_the_loss()
    {
        var request = Request with
        {
            Features = ["clarity", "carat"],
            Network = new() { Hidden = [5] },
            Validation = new() { Split = SplitKind.Last, Fraction = 0.5 },
        };
        var plan = RunPlan.Resolve(request, new(Table));

        Assert.Equal((3, 1, 3 * 5 + 5 + 5 + 1), (plan.Shape.Inputs, plan.Shape.Outputs, plan.Shape.Parameters));

        // The training rows are 0 to 9 without 3: prices 0, 100, 200, 400 to 900, with mean 466 2/3 and variance 88,888.9.
        Assert.Equal(800_000.0 / 9, plan.LossScale, 1e-6);
        var absolute = RunPlan.Resolve(request with { Training = new() { Loss = LossKind.Mae } }, new(Table));
        Assert.Equal(Math.Sqrt(800_000.0 / 9), absolute.LossScale, 1e-9);
    }

    [Fact]
    public void Restoring_a_plan_from_its_JSON_spec_gives_the_original_plan()
    {
        var validation = new SplitOptions { Split = SplitKind.Random, Fraction = 0.3, Seed = 4 };
        var requested = RunPlan.Resolve(Request with { Validation = validation }, new(Table));

        var restored = RunPlan.Restore(JsonSerializer.Deserialize<RunSpec>(JsonSerializer.Serialize(requested.Spec))!, new(Table));

        Assert.Equal(JsonSerializer.Serialize(requested.Spec), JsonSerializer.Serialize(restored.Spec));
        Assert.Equal(JsonSerializer.Serialize(requested.Encoder), JsonSerializer.Serialize(restored.Encoder));
        Assert.Equal(requested.Split.Train, restored.Split.Train);
        Assert.Equal(requested.Split.Validation, restored.Split.Validation);
        Assert.Equal((requested.Shape.Parameters, requested.LossScale), (restored.Shape.Parameters, restored.LossScale));
    }

    public static TheoryData<string, RunRequest, string, string, string> Refusals => new()
    {
        {
            "no validation", Request with { Validation = null },
            "validationRequired", "validation", "\"validation\": { \"split\": \"random\", \"fraction\": 0.2 }"
        },
        { "unknown target", Request with { Target = "pirce" }, "unknownColumn", "target", "Did you mean 'price'?" },
        {
            "unknown target with features", Request with { Target = "weight", Features = ["carat"] },
            "unknownColumn", "target", "carat, clarity, sold, price"
        },
        { "unknown feature", Request with { Features = ["carat", "claritty"] }, "unknownColumn", "features[1]", "Did you mean 'clarity'?" },
        { "column in another case", Request with { Features = ["Carat"] }, "unknownColumn", "features[0]", "Did you mean 'carat'?" },
        { "regression of text", Request with { Target = "clarity", Task = LearningTask.Regression }, "targetNotNumeric", "target", "text" },
        {
            "regression of booleans", Request with { Target = "sold", Task = LearningTask.Regression },
            "targetNotNumeric", "target", "true and false"
        },
        { "target among features", Request with { Features = ["carat", "price"] }, "targetAmongFeatures", "features[1]", "'price'" },
        { "feature twice", Request with { Features = ["carat", "sold", "carat"] }, "duplicateFeature", "features[2]", "'carat'" },
        { "constant target", Request with { Target = "fixed" }, "constantTarget", "target", "'fixed'" },
        {
            "two classes as multiclass", Request with { Target = "clarity", Task = LearningTask.Multiclass },
            "taskMismatch", "task", "\"binary\""
        },
        { "many numbers as binary", Request with { Task = LearningTask.Binary }, "taskMismatch", "task", "\"multiclass\"" },
        {
            "stratified numbers", Request with { Validation = new() { Split = SplitKind.Stratified } },
            "notApplicable", "validation.split", "random"
        },
        {
            "a start epoch after the last", Request with { Training = new() { Epochs = 9 }, EarlyStopping = new() { StartFromEpoch = 10 } },
            "outOfRange", "earlyStopping.startFromEpoch", "only 9 epochs"
        },
        {
            "cross entropy of numbers", Request with { Training = new() { Loss = LossKind.CrossEntropy } },
            "notApplicable", "training.loss", "'price'"
        },
        {
            "an unknown class",
            Request with { Target = "clarity", Training = new() { ClassWeights = new Dictionary<string, double> { ["VS"] = 2 } } },
            "unknownClass", "training.classWeights.VS", "IF, SI"
        },
        {
            "an unknown group column", Request with { Validation = new() { Split = SplitKind.Group, Column = "clarty" } },
            "unknownColumn", "validation.column", "Did you mean 'clarity'?"
        },
        { "a test split without rows", Request with { Test = new() { Split = SplitKind.Rows, Rows = [3] } }, "emptyTest", "test", "test" },
        {
            "a test seed that would be ignored", Request with { Test = new() { Split = SplitKind.Last, Seed = 1 } },
            "notApplicable", "test.seed", "'last'"
        },
        { "momentum of adam", Request with { Training = new() { Momentum = 0.9 } }, "notApplicable", "training.momentum", "sgd" },
        {
            "a rows split without rows", Request with { Validation = new() { Split = SplitKind.Rows } },
            "missingField", "validation.rows", "[6, 7]"
        },
        {
            "a row beyond the table", Request with { Validation = new() { Split = SplitKind.Rows, Rows = [20] } },
            "unknownRow", "validation.rows[0]", "0 to 19"
        },
        {
            "only rows without a target", Request with { Validation = new() { Split = SplitKind.Rows, Rows = [3, 19] } },
            "emptyValidation", "validation", "no row with a target"
        },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_request_that_can_not_be_trained_is_refused_with_code_and_field(
        string name, RunRequest request, string code, string field, string message)
    {
        var fault = Sample.Refusal(() => RunPlan.Resolve(request, new(Table)));

        Assert.Equal((name, code, field), (name, fault.Code, fault.Field));
        Assert.Contains(message, fault.Message);
    }

    public static TheoryData<string, Column, LearningTask> Tasks => new()
    {
        { "texts of two levels", CategoryColumn.FromTexts("y", ["a", "b", "a", null, "b", "a", "b", "a", "b", "a"]), LearningTask.Binary },
        {
            "texts of three levels", CategoryColumn.FromTexts("y", ["a", "b", "c", null, "b", "c", "b", "a", "c", "a"]),
            LearningTask.Multiclass
        },
        { "true and false", new NumberColumn("y", [1, 0, 1, double.NaN, 0, 1, 0, 1, 0, 1], ColumnKind.Boolean), LearningTask.Binary },
        { "two numbers", new NumberColumn("y", [5, 7, 5, double.NaN, 7, 5, 7, 5, 7, 5]), LearningTask.Binary },
        { "three numbers", new NumberColumn("y", [1, 2, 3, double.NaN, 2, 3, 1, 2, 3, 1]), LearningTask.Regression },
    };

    [Theory]
    [MemberData(nameof(Tasks))]
    public void The_default_task_follows_from_the_targets_values(string name, Column target, LearningTask task)
    {
        var table = new Table([new NumberColumn("x", [.. Enumerable.Range(0, 10)]), target]);

        var lastThird = new SplitOptions { Split = SplitKind.Last, Fraction = 0.3 };
        var plan = RunPlan.Resolve(Request with { Target = "y", Validation = lastThird }, new(table));

        Assert.Equal((name, task), (name, plan.Spec.Task));
        Assert.Equal(task == LearningTask.Regression ? LossKind.Mse : LossKind.CrossEntropy, plan.Spec.Training.Loss);
        Assert.Equal(task switch { LearningTask.Regression => 1, LearningTask.Binary => 2, _ => 3 }, plan.Shape.Outputs);
        Assert.Equal(task == LearningTask.Regression, plan.LossScale != 1);
    }

    [Fact]
    public void Numbers_may_be_predicted_as_classes_and_two_numbers_as_numbers()
    {
        var table = new Table([
            new NumberColumn("x", [.. Enumerable.Range(0, 9)]),
            new NumberColumn("two", [5, 7, 5, 7, 5, 7, 5, 7, 5]),
            new NumberColumn("three", [1, 2, 3, 1, 2, 3, 1, 2, 3])]);
        TargetEncoding TargetOf(string target, LearningTask task) =>
            RunPlan.Resolve(Request with { Target = target, Task = task }, new(table)).Encoder.Target;

        Assert.IsType<NumberTarget>(TargetOf("two", LearningTask.Regression));
        Assert.Equal(["1", "2", "3"], Assert.IsType<ClassTarget>(TargetOf("three", LearningTask.Multiclass)).Classes);
        Assert.Equal(["5", "7"], Assert.IsType<ClassTarget>(TargetOf("two", LearningTask.Binary)).Classes);
    }

    [Fact]
    public void The_column_of_a_group_split_is_not_a_feature_unless_requested()
    {
        var grouped = Request with { Validation = new() { Split = SplitKind.Group, Column = "clarity", Fraction = 0.5 } };

        Assert.Equal(["carat", "sold", "fixed"], FeaturesOf(grouped));
        Assert.Equal(["carat", "fixed"], FeaturesOf(grouped with
        {
            Test = new() { Split = SplitKind.Group, Column = "sold", Fraction = 0.5 },
        }));
        Assert.Equal(["clarity", "carat"], FeaturesOf(grouped with { Features = ["clarity", "carat"] }));

        IReadOnlyList<string> FeaturesOf(RunRequest request) => RunPlan.Resolve(request, new(Table)).Spec.Features;
    }

    [Fact]
    public void Class_weights_are_1_on_average_over_the_training_rows()
    {
        var plan = RunPlan.Resolve(Request with
        {
            Target = "clarity",
            Validation = new() { Split = SplitKind.Rows, Rows = [0, 2, 4, 6, 8, 10, 12, 14] },      // leaves two rows of IF and ten of SI
            Training = new() { ClassWeights = new Dictionary<string, double> { ["IF"] = 8 } },
        }, new(Table));

        Assert.Equal([new("IF", 8), new("SI", 1)], plan.Spec.Training.ClassWeights!);
        Assert.Equal(1, plan.Encode(plan.Split.Train).Weights!.Average(weight => (double)weight), 1e-6);
        Assert.All(plan.Encode(plan.Split.Validation).Weights!, weight => Assert.Equal(8 * 12 / 26f, weight, 1e-6f));
        Assert.Equal(plan.Encode(plan.Split.Validation).Weights!, plan.EncodeTargets(plan.Split.Validation).Weights!);
    }

    [Fact]
    public void The_request_of_a_spec_resolves_to_the_same_spec()
    {
        var requested = RunPlan.Resolve(Request with
        {
            Target = "clarity",
            Validation = new() { Split = SplitKind.Stratified, Fraction = 0.3, Seed = 4 },
            Test = new() { Split = SplitKind.Random },
            Network = new() { Hidden = [3], Dropout = 0.5 },
            Training = new() { BalanceClasses = true, Optimizer = OptimizerKind.Sgd, WeightDecay = 0.1, Seed = 3 },
            EarlyStopping = null,
        }, new(Table));

        var restored = RunPlan.Resolve(RunRequest.From(requested.Spec), new(Table));

        Assert.Equal(JsonSerializer.Serialize(requested.Spec), JsonSerializer.Serialize(restored.Spec));
        Assert.Equal(JsonSerializer.Serialize(requested.Encoder), JsonSerializer.Serialize(restored.Encoder));
        Assert.Equal(requested.Split.Fingerprint("abc"), restored.Split.Fingerprint("abc"));
    }

    /// <summary>Balancing gives a class of one row among thousands a large weight.</summary>
    [Fact]
    public void The_request_of_a_spec_with_balanced_weights_is_accepted()
    {
        var table = new Table([
            new NumberColumn("x", [.. Enumerable.Range(0, 4000)]),
            new NumberColumn("broken", [.. Enumerable.Range(0, 4000).Select(row => row == 0 ? 1.0 : 0)], ColumnKind.Boolean)]);
        var requested = RunPlan.Resolve(new RunRequest
        {
            Dataset = "machines",
            Target = "broken",
            Validation = new() { Split = SplitKind.Last },
            Training = new() { BalanceClasses = true },
        }, new(table));
        Assert.Equal(1600, requested.Spec.Training.ClassWeights!["true"]);

        Assert.Equal(1600, RunPlan.Resolve(RunRequest.From(requested.Spec), new(table)).Spec.Training.ClassWeights!["true"]);
    }

    [Fact]
    public void A_table_with_only_the_target_is_refused()
    {
        var fault = Sample.Refusal(() => RunPlan.Resolve(Request, new(new Table([new NumberColumn("price", [1, 2, 3, 4, 5])]))));

        Assert.Equal(("noFeatures", "features"), (fault.Code, fault.Field));
    }
}

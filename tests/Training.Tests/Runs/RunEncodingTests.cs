using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

/// <summary>The encoding of numbers, from a request to a trained model.</summary>
public sealed class RunEncodingTests
{
    private static readonly EncodingOptions Plain = new() { Numbers = NumberInputs.Plain };
    private static readonly EncodingOptions Piecewise = new() { Numbers = NumberInputs.Piecewise, Bins = 8 };

    [Theory]
    [InlineData(374, NumberInputs.Plain)]      // 299 training rows
    [InlineData(375, NumberInputs.Piecewise)]  // 300
    public void Auto_is_piecewise_from_300_training_rows_on(int rows, NumberInputs numbers)
    {
        var spec = PlanOf(null, rows).Spec;

        Assert.Equal(numbers == NumberInputs.Plain ? Plain : Piecewise, spec.Encoding);
        Assert.Equal(spec.Encoding, PlanOf(new(), rows).Spec.Encoding);
    }

    [Fact]
    public void Auto_is_plain_where_the_inputs_would_take_too_much_memory()
    {
        Column[] columns = [.. Enumerable.Range(0, 10).Select(i => new NumberColumn($"x{i}", []))];

        Assert.Equal(Piecewise, EncodingDefaults.Choose(null, columns, trainRows: 666_666));
        Assert.Equal(Plain, EncodingDefaults.Choose(null, columns, trainRows: 666_667));
        Assert.Equal(Piecewise, EncodingDefaults.Choose(new() { Numbers = NumberInputs.Piecewise }, columns, trainRows: 666_667));
    }

    [Theory]
    [InlineData(NumberInputs.Plain, 400)]
    [InlineData(NumberInputs.Auto, 100)]
    public void Bins_without_a_piecewise_encoding_are_refused(NumberInputs numbers, int rows)
    {
        var fault = Sample.Refusal(() => PlanOf(new() { Numbers = numbers, Bins = 8 }, rows));

        Assert.Equal(("notApplicable", "encoding.bins"), (fault.Code, fault.Field));
        Assert.Equal(8, PlanOf(new() { Bins = 8 }, 400).Spec.Encoding!.Bins);
    }

    [Fact]
    public void Without_numbers_piecewise_is_refused_and_auto_is_plain()
    {
        Column[] columns = [
            CategoryColumn.FromTexts("a", [.. Enumerable.Range(0, 400).Select(row => row % 2 == 0 ? "x" : "y")]),
            new NumberColumn("b", [.. Enumerable.Range(0, 400).Select(row => row % 3 == 0 ? 1.0 : 0)]),
            new NumberColumn("y", [.. Enumerable.Range(0, 400).Select(row => (double)row)])];
        RunPlan Resolve(EncodingOptions? options) => RunPlan.Resolve(
            new() { Dataset = "t", Target = "y", Validation = new() { Split = SplitKind.Random }, Encoding = options },
            new(new Table(columns)));

        var fault = Sample.Refusal(() => Resolve(new() { Numbers = NumberInputs.Piecewise }));

        Assert.Equal(("notApplicable", "encoding.numbers"), (fault.Code, fault.Field));
        Assert.Equal(Plain, Resolve(null).Spec.Encoding);
    }

    [Theory]
    [InlineData(EngineKind.Simd)]
    [InlineData(EngineKind.Torch)]
    public void The_untrained_network_is_that_of_the_plain_encoding(EngineKind engine)
    {
        var (plain, piecewise) = (HistoryOf(PlanOf(Plain, 400, engine)), HistoryOf(PlanOf(Piecewise, 400, engine)));

        Assert.Equal(1, piecewise[0].TrainLoss / plain[0].TrainLoss, 1e-6);
        Assert.Equal(1, piecewise[0].ValidationLoss / plain[0].ValidationLoss, 1e-6);
        Assert.True(piecewise[^1].ValidationLoss < 0.8 * plain[^1].ValidationLoss, "The pieces of the numbers are not learnt.");
    }

    [Fact]
    public void Both_engines_have_the_same_losses()
    {
        var (simd, torch) = (HistoryOf(PlanOf(Piecewise, 400, EngineKind.Simd)), HistoryOf(PlanOf(Piecewise, 400, EngineKind.Torch)));

        Assert.All(simd.Zip(torch), pair =>
        {
            Assert.Equal(1, pair.First.TrainLoss / pair.Second.TrainLoss, 1e-4);
            Assert.Equal(1, pair.First.ValidationLoss / pair.Second.ValidationLoss, 1e-4);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_linear_baseline_has_the_plain_encoding(bool classes)
    {
        var (plain, piecewise) = (Train(PlanOf(Plain, 400, classes: classes)), Train(PlanOf(Piecewise, 400, classes: classes)));

        Assert.Equal(
            plain.Evaluation!.Baselines["linear"].Validation.Loss, piecewise.Evaluation!.Baselines["linear"].Validation.Loss);
        Assert.NotEqual(plain.Evaluation.Validation.Loss, piecewise.Evaluation.Validation.Loss);
    }

    [Fact]
    public void A_saved_model_has_the_bounds_and_predicts_the_same()
    {
        var plan = PlanOf(Piecewise, 400);
        var model = Train(plan).Model!;

        var loaded = SavedBytes.LoadModel(model.Save());

        var (fitted, saved) = ((NumberEncoding)plan.Encoder.Features[0], (NumberEncoding)loaded.Encoder.Features[0]);
        Assert.Equal(fitted.Pieces!.Bounds, saved.Pieces!.Bounds);
        Assert.InRange(saved.Pieces.Bounds.Count, 9, 16);
        Assert.Equal(model.Values(plan.Table, plan.Split.Validation), loaded.Values(plan.Table, plan.Split.Validation));
    }

    [Fact]
    public void A_restored_plan_encodes_the_same()
    {
        var plan = PlanOf(new() { Bins = 5 }, 400);

        var restored = RunPlan.Restore(plan.Spec, new(TableOf(400)));

        Assert.Equal(JsonSerializer.Serialize(plan.Encoder), JsonSerializer.Serialize(restored.Encoder));
        Assert.Equal(plan.Encode(plan.Split.Train).Features, restored.Encode(plan.Split.Train).Features);
    }

    /// <summary>Runs that were stored before there was a choice: plain, without a limit.</summary>
    [Fact]
    public void A_stored_spec_without_the_member_is_read_and_trains_as_before()
    {
        var plan = PlanOf(Plain, 400);
        var stored = JsonSerializer.SerializeToNode(plan.Spec)!.AsObject();
        stored.Remove(nameof(RunSpec.Encoding));
        var spec = stored.Deserialize<RunSpec>()!;
        Assert.Null(spec.Encoding);

        var restored = RunPlan.Restore(spec, new(TableOf(400)));

        var number = Assert.IsType<NumberEncoding>(restored.Encoder.Features[0]);
        Assert.Equal((null, null), (number.Reach, number.Pieces));
        Assert.Equal(HistoryOf(plan).Select(epoch => epoch.ValidationLoss), HistoryOf(restored).Select(epoch => epoch.ValidationLoss));
        Assert.Equal(Plain with { Dates = DateInputs.Elapsed }, RunRequest.From(spec).Encoding);
    }

    /// <summary>Idempotency-Keys are compared with a hash of the request as JSON.</summary>
    [Fact]
    public void A_request_without_an_encoding_has_the_json_that_it_had_before() =>
        Assert.DoesNotContain("Encoding", JsonSerializer.Serialize(Sample.Lesson(1)), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void The_request_of_a_spec_resolves_to_it()
    {
        var spec = PlanOf(new() { Bins = 5 }, 400).Spec;

        Assert.Equal(spec.Encoding, RunPlan.Resolve(RunRequest.From(spec), new(TableOf(400))).Spec.Encoding);
    }

    [Theory]
    [InlineData(380, "validation")]
    [InlineData(390, "test")]
    public void A_fill_value_outside_the_training_rows_decides_nothing(int row, string part)
    {
        var table = TableOf(400, fill: row);
        var request = Request(null) with
        {
            Validation = new() { Split = SplitKind.Rows, Rows = [.. Enumerable.Range(300, 90)] },
            Test = new() { Split = SplitKind.Rows, Rows = [.. Enumerable.Range(390, 10)] },
        };
        var run = Train(RunPlan.Resolve(request, new(table)));
        var clean = Train(RunPlan.Resolve(request, new(TableOf(400))));

        Assert.Equal(clean.Result.StopReason, run.Result.StopReason);
        Assert.InRange(run.Result.BestEpoch, 10, 30);
        Assert.InRange((part == "test" ? run.Evaluation!.Test! : run.Evaluation!.Validation).Loss, 0, 0.5); // the variance is 0.5
    }

    private static readonly Func<int, double> Steps = row => row * 7919 % 400 / 20.0;

    /// <summary>The target jumps with the first column, and rises with the second.</summary>
    private static Table TableOf(int rows, int fill = -1, bool classes = false)
    {
        double[] x = [.. Enumerable.Range(0, rows).Select(row => row == fill ? 9.97e36 : Steps(row))];
        var noise = Sample.Numbers(rows, seed: 1);
        double[] y = [.. Enumerable.Range(0, rows).Select(row => Math.Sin(Steps(row)) + noise[row] / 4)];
        return new([
            new NumberColumn("x", x),
            new NumberColumn("z", Array.ConvertAll(noise, value => (double)value)),
            CategoryColumn.FromTexts("c", [.. Enumerable.Range(0, rows).Select(row => row % 3 == 0 ? "a" : "b")]),
            classes ? CategoryColumn.FromTexts("y", [.. y.Select(value => value > 0 ? "up" : "down")]) : new NumberColumn("y", y)]);
    }

    private static RunRequest Request(EncodingOptions? encoding) => new()
    {
        Dataset = "steps",
        Target = "y",
        Validation = new() { Split = SplitKind.Random },
        Encoding = encoding,
        Network = new() { Hidden = [16, 8] },
        Training = new() { Epochs = 30, Seed = 3 },
    };

    private static RunPlan PlanOf(EncodingOptions? encoding, int rows, EngineKind engine = EngineKind.Simd, bool classes = false) =>
        RunPlan.Resolve(Request(encoding) with { Engine = engine }, new(TableOf(rows, classes: classes)));

    private static TrainedRun Train(RunPlan plan) => plan.Train(null, (_, _) => { }, default);

    private static List<EpochMetrics> HistoryOf(RunPlan plan)
    {
        var history = new List<EpochMetrics>();
        plan.Train(null, (epoch, _) => history.Add(epoch), default);
        return history;
    }
}

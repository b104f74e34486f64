using System.Text.Json;
using System.Text.Json.Nodes;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

/// <summary>Runs of several networks, from a request to a trained model.</summary>
public sealed class MembersTests
{
    private const int Members = 3;

    public static TheoryData<EngineKind, bool> Kinds => new()
    {
        { EngineKind.Simd, false }, { EngineKind.Simd, true }, { EngineKind.Torch, false }, { EngineKind.Torch, true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_member_is_trained_as_a_run_with_its_seed(EngineKind engine, bool classes)
    {
        var history = Train(PlanOf(engine, classes)).History;

        for (var member = 0; member < Members; member++)
        {
            var alone = Train(PlanOf(engine, classes, members: 1, seed: Ensemble.SeedOf(7, member))).History;
            Assert.All(alone, epoch => Assert.Null(epoch.Members));
            Assert.Equal(
                alone.Select(epoch => new MemberLosses(epoch.TrainLoss, epoch.ValidationLoss)),
                history.Select(epoch => epoch.Members![member]));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_losses_of_an_epoch_are_those_of_the_averaged_outputs(EngineKind engine, bool classes)
    {
        // With one batch, epoch 1 measures the training rows before the first update, as epoch 0 does.
        var plan = PlanOf(engine, classes, batch: 500);
        var (run, history) = Train(plan);

        Assert.Equal(1, history[1].TrainLoss / history[0].TrainLoss, 1e-5);
        var validation = plan.Encode(plan.Split.Validation);
        var outputs = run.Model!.Outputs(validation.Features, validation.Rows);
        Assert.Equal(1, plan.LossScale * Loss.Mean(plan.Spec.Training.Loss, outputs, validation) / run.Result.BestLoss, 1e-5);
        Assert.Equal(run.Result.BestLoss, history.Skip(1).Min(epoch => epoch.ValidationLoss));
        Assert.All(history, epoch => Assert.True(epoch.ValidationLoss < epoch.Members!.Average(member => member.ValidationLoss)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_number_of_threads_changes_no_bit(EngineKind engine, bool classes)
    {
        var (one, four) = (Train(PlanOf(engine, classes), threads: 1), Train(PlanOf(engine, classes), threads: 4));

        Assert.Equal(one.Run.Result.BestWeights, four.Run.Result.BestWeights);
        Assert.Equal(one.History.Select(epoch => epoch.ValidationLoss), four.History.Select(epoch => epoch.ValidationLoss));
        Assert.Equal(one.History.Select(epoch => epoch.TrainLoss), four.History.Select(epoch => epoch.TrainLoss));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_that_is_resumed_from_its_saved_state_ends_bit_for_bit_the_same(EngineKind engine, bool classes)
    {
        var plan = PlanOf(engine, classes);
        var (states, history) = (new List<TrainerState>(), new List<EpochMetrics>());
        var straight = plan.Train(null, (epoch, trainer) =>
        {
            history.Add(epoch);
            states.Add(trainer.Save());
        }, default);
        var start = new TrainingStart(SavedBytes.LoadState(states[2].Save()), [.. history.Take(3)]);

        var resumed = plan.Train(start, (_, _) => { }, default);

        Assert.Equal(straight.Result.BestWeights, resumed.Result.BestWeights);
        Assert.Equal(straight.State!.Network.Moments[1], resumed.State!.Network.Moments[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_model_predicts_the_same_and_says_how_much_its_members_differ(bool classes)
    {
        var plan = PlanOf(EngineKind.Simd, classes);
        var model = Train(plan).Run.Model!;

        var loaded = SavedBytes.LoadModel(model.Save());

        Assert.Equal(Members, loaded.Members);
        Assert.Equal(model.Outputs(plan.Table, plan.Split.Validation), loaded.Outputs(plan.Table, plan.Split.Validation));
        var disagreement = loaded.Disagreement(plan.Table, plan.Split.Validation);
        Assert.Equal(ExpectedDisagreement(plan, classes), disagreement, (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.All(Train(PlanOf(EngineKind.Simd, classes, members: 1)).Run.Model!.Disagreement(plan.Table, plan.Split.Validation),
            ofRow => Assert.Equal(0, ofRow));
    }

    [Fact]
    public void Runs_with_neighbouring_seeds_have_no_member_in_common()
    {
        var seeds = Enumerable.Range(0, 20).SelectMany(seed => Enumerable.Range(0, 5).Select(member => Ensemble.SeedOf(seed, member)));

        Assert.Equal(100, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.InRange(seed, 0, int.MaxValue));
        Assert.Equal(7, Ensemble.SeedOf(7, 0));
    }

    [Fact]
    public void A_stored_spec_without_members_has_one()
    {
        var stored = JsonSerializer.SerializeToNode(PlanOf(EngineKind.Simd, false).Spec)!.AsObject();
        stored[nameof(RunSpec.Training)]!.AsObject().Remove(nameof(TrainingSpec.Members));

        Assert.Equal(1, stored.Deserialize<RunSpec>()!.Training.Members);
    }

    [Fact]
    public void The_memory_of_a_run_grows_with_its_members()
    {
        long BytesOf(int members) => PlanOf(EngineKind.Simd, true, members, hidden: [512, 512]).EstimateMemory().Bytes;

        Assert.InRange(BytesOf(20), 15 * BytesOf(1), 21 * BytesOf(1));
    }

    [Fact]
    public void Members_that_do_not_fit_in_memory_are_refused_by_their_number()
    {
        var refused = Assert.Throws<RefusedException>(() => PlanOf(EngineKind.Simd, true, 50, hidden: [2048, 2048], maxBytes: 500_000_000));

        Assert.Equal("networkTooLarge", refused.Faults[0].Code);
        Assert.Contains("50 networks", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Fewer members", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Averaged_probabilities_of_zero_stay_finite()
    {
        var average = AveragedOutputs.Of([[1000, -1000], [1000, -1000]], areClassScores: true, outputs: 2);
        Softmax.Apply(average, 2);

        Assert.Equal([1f, 0f], average);
        Assert.True(float.IsNaN(AveragedOutputs.Of([[float.NaN, 1], [1, 1]], areClassScores: true, outputs: 2)[0]));
    }

    /// <summary>The deviation of the members as models of their own.</summary>
    private static double[] ExpectedDisagreement(RunPlan plan, bool classes)
    {
        var weights = Train(plan).Run.Result.BestWeights;
        var length = weights.Length / Members;
        var models = Enumerable.Range(0, Members).Select(member => new Training.Models.TrainedModel(
            plan.Encoder, plan.Spec.Network, weights[(member * length)..((member + 1) * length)], interval: null)).ToArray();
        return [.. plan.Split.Validation.Select(row =>
        {
            double[] values;
            if (classes)
            {
                var ofMembers = models.Select(model => model.Probabilities(plan.Table, [row])).ToArray();
                var best = Enumerable.Range(0, 2).MaxBy(index => ofMembers.Average(ofMember => ofMember[index]));
                values = [.. ofMembers.Select(ofMember => (double)ofMember[best])];
            }
            else
            {
                values = [.. models.Select(model => model.Values(plan.Table, [row])[0])];
            }

            return Math.Sqrt(values.Average(value => value * value) - Math.Pow(values.Average(), 2));
        })];
    }

    private static (TrainedRun Run, List<EpochMetrics> History) Train(RunPlan plan, int threads = 2)
    {
        var history = new List<EpochMetrics>();
        return (plan.Train(null, (epoch, _) => history.Add(epoch with { Seconds = 0 }), threads, default, default), history);
    }

    private static RunPlan PlanOf(
        EngineKind engine, bool classes, int? members = Members, int seed = 7, int? batch = null, int[]? hidden = null,
        long maxBytes = long.MaxValue)
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(row => row % 20 / 10.0 - 1)];
        double[] z = [.. Enumerable.Range(0, 200).Select(row => row / 20 / 5.0 - 1)];
        var numbers = new NumberColumn("y", [.. x.Zip(z, (one, other) => Math.Sin(3 * one) * other)]);
        Column target = classes ? CategoryColumn.FromTexts("y", [.. numbers.Values.Select(value => value > 0 ? "yes" : "no")]) : numbers;
        return RunPlan.Resolve(
            new()
            {
                Dataset = "t",
                Target = "y",
                Validation = new() { Split = SplitKind.Random },
                Network = new() { Hidden = hidden ?? [8, 4], Dropout = batch is null ? 0.1 : 0 },
                Training = new() { Epochs = 5, Members = members, Seed = seed, BatchSize = batch },
                Engine = engine,
            },
            new(new Table([new NumberColumn("x", x), new NumberColumn("z", z), target])), maxBytes);
    }
}

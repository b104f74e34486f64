using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

public class TrainedRunTests
{
    /// <summary>The figures of issue 2: 18.34 is the validation loss that the lesson prints.</summary>
    [Fact]
    public void The_lesson_succeeds_for_nearly_every_seed()
    {
        var runs = Enumerable.Range(0, 20).Select(seed => Train(RunPlan.Of(Sample.Lesson(seed), Sample.StudyHours)).Run).ToList();
        var nineHours = new Table([new NumberColumn("hours", [9])]);

        var losses = runs.Select(run => run.Fit.BestLoss).ToList();
        Assert.True(losses.Count(loss => loss <= 18.34) >= 19, $"Best validation losses: {string.Join(", ", losses)}");
        var scores = runs.Select(run => run.Model!.Predict(nineHours, [0])[0]).ToList();
        Assert.True(scores.Count(score => score is >= 92 and <= 106) >= 17, $"Scores for 9 hours: {string.Join(", ", scores)}");
    }

    [Fact]
    public void One_plan_trains_one_history_bit_for_bit_alone_and_beside_others()
    {
        var plan = RunPlan.Of(Sample.Lesson(3) with { Network = new() { Hidden = [16, 8], Dropout = 0.2 } }, Sample.StudyHours);
        var (alone, _) = Train(plan);

        Assert.Equal(alone, Train(plan).History);

        var others = RunPlan.Of(Sample.Lesson(4) with { Network = new() { Hidden = [16, 8], Dropout = 0.2 } }, Sample.StudyHours);
        var together = new List<Epoch>[4];
        using var start = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            together[i] = Train(i % 2 == 0 ? plan : others).History;
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(alone, together[0]);
        Assert.Equal(alone, together[2]);
        Assert.Equal(together[1], together[3]);
        Assert.NotEqual(alone, together[1]);
    }

    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.Mae)]
    [InlineData(LossKind.Huber)]
    public void Losses_are_in_the_targets_own_units_from_the_untrained_network_on(LossKind kind)
    {
        var plan = RunPlan.Of(Sample.Lesson(1) with { Training = new() { Epochs = 3, Seed = 1, Loss = kind } }, Sample.StudyHours);
        var untrained = new TrainedModel(plan.Encoder, plan.Spec.Network, InitialWeights.Draw(plan.Shape, Activation.Relu, 1));
        var deviation = plan.Encoder.Target.StandardDeviation;
        double Of(int[] rows) => untrained.Predict(plan.Table, rows)
            .Zip(rows, (predicted, row) => Math.Abs(predicted - ((NumberColumn)plan.Table.Find("score")!).Values[row]))
            .Average(error => kind switch
            {
                LossKind.Mse => error * error,
                LossKind.Mae => error,
                _ => error <= deviation ? error * error / 2 : deviation * (error - deviation / 2),
            });

        var (history, _) = Train(plan);

        Assert.Equal(1, history[0].TrainLoss / Of(plan.Split.Train), 1e-5);
        Assert.Equal(1, history[0].ValidationLoss / Of(plan.Split.Validation), 1e-5);
    }

    [Fact]
    public void The_model_is_that_of_the_best_epoch()
    {
        var plan = RunPlan.Of(Sample.Lesson(0), Sample.StudyHours);

        var (history, run) = Train(plan);

        var best = history.Skip(1).MinBy(epoch => epoch.ValidationLoss)!;
        Assert.Equal((best.Number, best.ValidationLoss), (run.Fit.BestEpoch, run.Fit.BestLoss));
        Assert.Equal(1, run.Evaluation!.Validation.Loss / best.ValidationLoss, 1e-4);
        Assert.Equal(1, Math.Pow(run.Evaluation.Validation.Rmse, 2) / run.Evaluation.Validation.Loss, 1e-4);
        Assert.Equal(Enumerable.Range(0, run.Fit.StoppedEpoch + 1), history.Select(epoch => epoch.Number));
    }

    [Fact]
    public void Early_stopping_may_first_count_the_last_epoch()
    {
        var plan = RunPlan.Of(Sample.Lesson(0) with { EarlyStopping = new() { StartFromEpoch = 50 } }, Sample.StudyHours);

        var (_, run) = Train(plan);

        Assert.Equal((StopReason.MaxEpochs, 50, 50), (run.Fit.StopReason, run.Fit.StoppedEpoch, run.Fit.BestEpoch));
    }

    [Fact]
    public void A_run_whose_loss_stops_being_finite_ends_as_diverged_and_keeps_its_history()
    {
        var table = new Table([
            new NumberColumn("hours", [1, 2, 3, 4, 5, 6, 7, 8]),
            new NumberColumn("score", [45e30, 55e30, 62e30, 71e30, 80e30, 85e30, 91e30, 97e30])]);
        var plan = RunPlan.Of(Sample.Lesson(0) with
        {
            Training = new() { Epochs = 50, Optimizer = OptimizerKind.Sgd, LearningRate = 10 },
            EarlyStopping = null,
        }, table);

        var (history, run) = Train(plan);

        Assert.Equal((StopReason.Diverged, history.Count - 1), (run.Fit.StopReason, run.Fit.StoppedEpoch));
        Assert.InRange(run.Fit.StoppedEpoch, 1, 49);
        Assert.False(double.IsFinite(history[^1].TrainLoss) && double.IsFinite(history[^1].ValidationLoss));
        Assert.All(history.SkipLast(1), epoch => Assert.True(double.IsFinite(epoch.TrainLoss) && double.IsFinite(epoch.ValidationLoss)));
        Assert.Null(run.Model);
        Assert.Null(run.Evaluation);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam, Activation.Relu)]
    [InlineData(OptimizerKind.AdamW, Activation.Gelu)]
    [InlineData(OptimizerKind.Sgd, Activation.Tanh)]
    [InlineData(OptimizerKind.RmsProp, Activation.Silu)]
    public void Every_optimizer_learns_from_numbers_categories_and_gaps_at_its_default_rate(OptimizerKind optimizer, Activation activation)
    {
        // What is to be learnt: 3 x size, and 50 more for red; where size is missing it was 5.
        var random = new System.Random(1);
        var sizes = Enumerable.Range(0, 200).Select(_ => random.NextDouble() * 20).ToArray();
        var missing = Enumerable.Range(0, 200).Select(row => row % 10 == 0).ToArray();
        var table = new Table([
            new NumberColumn("size", [.. sizes.Zip(missing, (size, gap) => gap ? double.NaN : size)]),
            CategoryColumn.Of("colour", [.. Enumerable.Range(0, 200).Select(row => row % 3 == 0 ? "red" : "blue")]),
            new NumberColumn("price", [.. sizes.Zip(missing, (size, gap) => 3 * (gap ? 5 : size)).Select((price, row) => price + (row % 3 == 0 ? 50 : 0))])]);

        var (_, run) = Train(RunPlan.Of(new RunRequest
        {
            Dataset = "stones",
            Target = "price",
            Validation = new() { Split = SplitKind.Random },
            Network = new() { Hidden = [16], Activation = activation },
            Training = new() { Epochs = 50, BatchSize = 16, Optimizer = optimizer },
        }, table));

        Assert.True(run.Evaluation!.Validation.R2 > 0.97, $"R² {run.Evaluation.Validation.R2}");
    }

    /// <summary>An epoch without its time.</summary>
    private sealed record Epoch(int Number, double TrainLoss, double ValidationLoss, double LearningRate);

    private static (List<Epoch> History, TrainedRun Run) Train(RunPlan plan)
    {
        var history = new List<Epoch>();
        var run = TrainedRun.Of(plan, (epoch, _) => history.Add(new(epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate)), default);
        return (history, run);
    }
}

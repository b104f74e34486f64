using System.Text.Json;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Evaluation;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Models;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Runs;

public class RunTrainingTests
{
    /// <summary>The lesson prints a validation loss of 18.34.</summary>
    [Fact]
    public void The_lesson_succeeds_with_nearly_every_seed()
    {
        var runs = Enumerable.Range(0, 20)
            .Select(seed => Train(RunPlan.Resolve(Sample.Lesson(seed), new(Sample.StudyHours))).Run).ToList();
        var nineHours = new Table([new NumberColumn("hours", [9])]);

        var losses = runs.Select(run => run.Result.BestLoss).ToList();
        Assert.True(losses.Count(loss => loss <= 18.34) >= 19, $"Best validation losses: {string.Join(", ", losses)}");
        var scores = runs.Select(run => run.Model!.Values(nineHours, [0])[0]).ToList();
        Assert.True(scores.Count(score => score is >= 92 and <= 106) >= 17, $"Scores for 9 hours: {string.Join(", ", scores)}");
    }

    [Fact]
    public void A_plan_trains_the_same_history_alone_and_while_others_train()
    {
        var (plan, otherPlan) = (PlanOf(seed: 3), PlanOf(seed: 4));
        var (alone, _) = Train(plan);

        Assert.Equal(alone, Train(plan).History);

        var histories = new List<Epoch>[4];
        using var start = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            histories[i] = Train(i % 2 == 0 ? plan : otherPlan).History;
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(alone, histories[0]);
        Assert.Equal(alone, histories[2]);
        Assert.Equal(histories[1], histories[3]);
        Assert.NotEqual(alone, histories[1]);

        static RunPlan PlanOf(int seed) => RunPlan.Resolve(
            Sample.Lesson(seed) with { Network = new() { Hidden = [16, 8], Dropout = 0.2 } }, new(Sample.StudyHours));
    }

    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.Mae)]
    [InlineData(LossKind.Huber)]
    [InlineData(LossKind.Quantile)]
    public void Losses_are_in_the_targets_own_unit_starting_with_the_untrained_network(LossKind kind)
    {
        var request = Sample.Lesson(1) with { Training = new() { Epochs = 3, Seed = 1, Loss = kind } };
        var plan = RunPlan.Resolve(request, new(Sample.StudyHours));
        var actual = ((NumberColumn)plan.TargetColumn).Values;
        var weights = InitialWeights.Draw(plan.Shape, Activation.Relu, seed: 1);
        var untrained = new TrainedModel(plan.Encoder, plan.Spec.Network, weights, interval: null);
        var deviation = ((NumberTarget)plan.Encoder.Target).StandardDeviation;
        double LossOf(int[] rows) => untrained.Values(plan.Table, rows)
            .Zip(rows, (predicted, row) => Math.Abs(predicted - actual[row]))
            .Average(error => kind switch
            {
                LossKind.Mse => error * error,
                LossKind.Mae => error,
                LossKind.Quantile => error / 2, // of the median, the default
                _ => error <= deviation ? error * error / 2 : deviation * (error - deviation / 2),
            });

        var (history, _) = Train(plan);

        Assert.Equal(1, history[0].TrainLoss / LossOf(plan.Split.Train), 1e-5);
        Assert.Equal(1, history[0].ValidationLoss / LossOf(plan.Split.Validation), 1e-5);
    }

    [Fact]
    public void The_model_has_the_weights_of_the_best_epoch()
    {
        var plan = RunPlan.Resolve(Sample.Lesson(0), new(Sample.StudyHours));

        var (history, run) = Train(plan);

        var best = history.Skip(1).MinBy(epoch => epoch.ValidationLoss)!;
        Assert.Equal((best.Number, best.ValidationLoss), (run.Result.BestEpoch, run.Result.BestLoss));
        Assert.Equal(1, run.Evaluation!.Validation.Loss / best.ValidationLoss, 1e-4);
        Assert.Equal(1, Math.Pow(((RegressionMetrics)run.Evaluation.Validation).Rmse, 2) / run.Evaluation.Validation.Loss, 1e-4);
        Assert.Equal(Enumerable.Range(0, run.Result.StoppedEpoch + 1), history.Select(epoch => epoch.Number));
    }

    [Fact]
    public void Early_stopping_may_start_at_the_last_epoch()
    {
        var plan = RunPlan.Resolve(Sample.Lesson(0) with { EarlyStopping = new() { StartFromEpoch = 50 } }, new(Sample.StudyHours));

        var (_, run) = Train(plan);

        Assert.Equal((StopReason.MaxEpochs, 50, 50), (run.Result.StopReason, run.Result.StoppedEpoch, run.Result.BestEpoch));
    }

    [Fact]
    public void A_run_whose_loss_is_no_longer_finite_ends_as_diverged_and_keeps_its_history()
    {
        var table = new Table([
            new NumberColumn("hours", [1, 2, 3, 4, 5, 6, 7, 8]),
            new NumberColumn("score", [45e30, 55e30, 62e30, 71e30, 80e30, 85e30, 91e30, 97e30])]);
        var plan = RunPlan.Resolve(Sample.Lesson(0) with
        {
            Training = new() { Epochs = 50, Optimizer = OptimizerKind.Sgd, LearningRate = 10 },
            EarlyStopping = null,
        }, new(table));

        var (history, run) = Train(plan);

        Assert.Equal((StopReason.Diverged, history.Count - 1), (run.Result.StopReason, run.Result.StoppedEpoch));
        Assert.InRange(run.Result.StoppedEpoch, 1, 49);
        Assert.False(double.IsFinite(history[^1].TrainLoss) && double.IsFinite(history[^1].ValidationLoss));
        Assert.All(history.SkipLast(1), epoch => Assert.True(double.IsFinite(epoch.TrainLoss) && double.IsFinite(epoch.ValidationLoss)));
        Assert.Null(run.Model);
        Assert.Null(run.Evaluation);
        Assert.Null(run.State);
        Assert.NotNull(run.Verdict);
    }

    /// <summary>150 points of three classes around their own centres, and a colour that is irrelevant.</summary>
    private static Table Sorts { get; } = MakeSorts();

    private static Table MakeSorts()
    {
        var random = new System.Random(1);
        double Near(double centre) => centre + random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
        int[] sorts = [.. Enumerable.Range(0, 150).Select(row => row % 3)];
        return new([
            new NumberColumn("width", [.. sorts.Select(sort => Near(sort))]),
            new NumberColumn("height", [.. sorts.Select(sort => Near(sort == 1 ? 2 : 0))]),
            CategoryColumn.FromTexts("colour", [.. sorts.Select(_ => random.Next(2) == 0 ? "red" : "blue")]),
            CategoryColumn.FromTexts("sort", [.. sorts.Select(sort => new[] { "setosa", "virginica", "alba" }[sort])])]);
    }

    private static RunRequest SortsRequest { get; } = new()
    {
        Dataset = "sorts",
        Target = "sort",
        Validation = new() { Split = SplitKind.Stratified, Fraction = 0.2 },
        Test = new() { Split = SplitKind.Stratified, Fraction = 0.2 },
        Network = new() { Hidden = [16] },
        Training = new() { Epochs = 30, BatchSize = 16 },
    };

    [Fact]
    public void A_classification_is_evaluated_on_every_part_and_against_its_baselines()
    {
        var plan = RunPlan.Resolve(SortsRequest, new(Sorts));

        var (history, run) = Train(plan);

        var evaluation = run.Evaluation!;
        (Metrics, int[])[] parts =
        [
            (evaluation.Train, plan.Split.Train), (evaluation.Validation, plan.Split.Validation), (evaluation.Test!, plan.Split.Test),
        ];
        foreach (var (partMetrics, rows) in parts)
        {
            var metrics = Assert.IsType<ClassificationMetrics>(partMetrics);
            Assert.Equal(["alba", "setosa", "virginica"], metrics.Classes.Select(each => each.Label));
            Assert.Equal(rows.Length, metrics.Confusion.Sum(row => row.Sum()));
            Assert.InRange(metrics.Accuracy, 0.85, 1);

            // The predictions of the model itself.
            var predicted = run.Model!.Probabilities(Sorts, rows).Chunk(3)
                .Select(row => metrics.Classes[Array.IndexOf(row, row.Max())].Label);
            var correct = predicted.Zip(rows, (label, row) => label == Sorts.Find("sort")!.TextAt(row) ? 1.0 : 0);
            Assert.Equal(metrics.Accuracy, correct.Average(), 1e-12);
        }

        Assert.Equal(1, evaluation.Validation.Loss / history[run.Result.BestEpoch].ValidationLoss, 1e-5);
        Assert.Equal(evaluation.Validation.Loss, ((ClassificationMetrics)evaluation.Validation).LogLoss, 1e-6);
        Assert.Equal(["linear", "majority"], evaluation.Baselines.Keys.Order());

        // There are thirty training rows of each class, so the baseline predicts a probability of a third for each.
        Assert.Equal(Math.Log(3), evaluation.Baselines["majority"].Validation.Loss, 1e-6);
        Assert.Equal(
            1 - evaluation.Validation.Loss / Math.Log(3), evaluation.Baselines["majority"].LossReduction!.Value, 1e-6);
        Assert.InRange(((ClassificationMetrics)evaluation.Baselines["linear"].Validation).Accuracy, 0.85, 1);
        Assert.Null(evaluation.Interval);
        Assert.Null(run.Model!.Interval);
        Assert.NotNull(run.Verdict);
        Assert.False(run.Verdict.Provisional);
    }

    [Fact]
    public void Losses_of_classes_are_weighted_starting_with_the_untrained_network()
    {
        var plan = RunPlan.Resolve(SortsRequest with
        {
            Training = new() { Epochs = 1, ClassWeights = new Dictionary<string, double> { ["alba"] = 5 } },
        }, new(Sorts));
        var weights = InitialWeights.Draw(plan.Shape, Activation.Relu, seed: 0);
        var untrained = new TrainedModel(plan.Encoder, plan.Spec.Network, weights, interval: null);
        // The weights 5, 1 and 1 of equally many training rows are 7/3 on average.
        double LossOf(int[] rows) => untrained.Probabilities(Sorts, rows).Chunk(3)
            .Zip(rows, (row, at) => Sorts.Find("sort")!.TextAt(at) switch
            {
                "alba" => -Math.Log(row[0]) * 5,
                "setosa" => -Math.Log(row[1]),
                _ => -Math.Log(row[2]),
            }).Average() / (7 / 3.0);

        var (history, run) = Train(plan);

        Assert.Equal(1, history[0].TrainLoss / LossOf(plan.Split.Train), 1e-5);
        Assert.Equal(1, history[0].ValidationLoss / LossOf(plan.Split.Validation), 1e-5);
        Assert.NotEqual(run.Evaluation!.Validation.Loss, ((ClassificationMetrics)run.Evaluation.Validation).LogLoss, 1e-3);
    }

    [Fact]
    public void Balancing_raises_the_recall_of_a_rare_class()
    {
        // A tenth of the rows are of class b, all with x above 1, where a third of the rows are b: unweighted, few are predicted as b.
        var random = new System.Random(2);
        double[] x = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble() * 1.25)];
        var table = new Table([
            new NumberColumn("x", x),
            CategoryColumn.FromTexts("sort", [.. x.Select(value => value > 1 && random.NextDouble() < 0.35 ? "b" : "a")])]);
        double RecallOf(TrainingOptions training)
        {
            var (_, run) = Train(RunPlan.Resolve(SortsRequest with { Training = training }, new(table)));
            return ((ClassificationMetrics)run.Evaluation!.Validation).Classes[1].Recall!.Value;
        }

        var unweighted = RecallOf(new() { Epochs = 20, BatchSize = 16 });
        var balanced = RecallOf(new() { Epochs = 20, BatchSize = 16, BalanceClasses = true });

        Assert.True(balanced >= unweighted + 0.5, $"{unweighted} unweighted, {balanced} balanced");
    }

    [Fact]
    public void A_regression_measures_its_prediction_interval()
    {
        var random = new System.Random(3);
        double[] x = [.. Enumerable.Range(0, 300).Select(_ => random.NextDouble() * 10)];
        var table = new Table([
            new NumberColumn("x", x),
            new NumberColumn("y", [.. x.Select(value => 100 + 3 * value + random.NextDouble() * 8 - 4)])]);
        var request = SortsRequest with
        {
            Target = "y",
            Validation = new() { Split = SplitKind.Random, Fraction = 0.3 },
            Test = new() { Split = SplitKind.Random, Fraction = 0.3 },
            Training = new() { Epochs = 20, BatchSize = 16 },
        };
        var plan = RunPlan.Resolve(request, new(table));

        var (_, run) = Train(plan);

        var quality = run.Evaluation!.Interval!;
        var actual = ((NumberColumn)table.Find("y")!).Values;
        var errors = run.Model!.Values(table, plan.Split.Test)
            .Zip(plan.Split.Test, (predicted, row) => Math.Abs(predicted - actual[row])).ToList();
        Assert.Equal(0.9, quality.Level);
        Assert.Equal(run.Model.Interval!.HalfWidth(0.9), quality.HalfWidth);
        Assert.Equal(errors.Count(error => error <= quality.HalfWidth) / 90.0, quality.TestCoverage);
        Assert.InRange(quality.TestCoverage!.Value, 0.8, 1);        // 90% of noise that is uniform from -4 to 4 is within 3.6
        Assert.InRange(quality.HalfWidth!.Value, 3.2, 4.8);
        Assert.Equal(90, run.Model.Interval.Rows);
        Assert.Equal(["linear", "mean"], run.Evaluation.Baselines.Keys.Order());
        Assert.IsType<RegressionMetrics>(run.Evaluation.Test);

        // Without test rows there is no coverage, and with too few validation rows there is no interval.
        var few = request with { Test = null, Validation = new() { Split = SplitKind.Last, Fraction = 0.02 } };
        var withoutTest = Train(RunPlan.Resolve(few, new(table))).Run.Evaluation!;
        Assert.Equal(new IntervalQuality(0.9, null, null), withoutTest.Interval);
        Assert.Null(withoutTest.Test);
    }

    /// <summary>y is 3 x + noise from 0 to 10, so its 0.8 quantile is 3 x + 8.</summary>
    [Theory]
    [InlineData(EngineKind.Simd, 1)]
    [InlineData(EngineKind.Torch, 1)]
    [InlineData(EngineKind.Simd, 3)]
    public void A_run_with_the_quantile_loss_predicts_the_quantile_and_is_compared_with_simple_models_of_it(EngineKind engine, int members)
    {
        var random = new System.Random(5);
        double[] x = [.. Enumerable.Range(0, 1_000).Select(_ => random.NextDouble() * 10)];
        var table = new Table([
            new NumberColumn("x", x), new NumberColumn("y", [.. x.Select(value => 3 * value + random.NextDouble() * 10)])]);
        var plan = RunPlan.Resolve(SortsRequest with
        {
            Target = "y",
            Validation = new() { Split = SplitKind.Random, Fraction = 0.3 },
            Test = new() { Split = SplitKind.Random, Fraction = 0.3 },
            Training = new() { Epochs = 30, BatchSize = 16, Loss = LossKind.Quantile, Quantile = 0.8, Members = members },
            Engine = engine,
        }, new(table));

        var (_, run) = Train(plan);

        var errors = run.Model!.Values(table, plan.Split.Test).Zip(plan.Split.Test, (value, row) => value - (3 * x[row] + 8)).ToList();
        Assert.InRange(errors.Average(), -0.7, 0.7);
        var evaluation = run.Evaluation!;
        Assert.InRange(((RegressionMetrics)evaluation.Test!).ShareBelow!.Value, 0.72, 0.88);
        Assert.Equal(["linear", "quantile"], evaluation.Baselines.Keys.Order());
        Assert.Contains("always predicting the 0.8 quantile of 'y'", evaluation.Baselines["quantile"].Sentence);
        Assert.Contains("a linear model that is moved to the 0.8 quantile", evaluation.Baselines["linear"].Sentence);
        Assert.Equal(evaluation.Baselines["quantile"].Validation.Loss, plan.TrivialBaselineLoss(), 1e-9);
        // The truth is linear: of errors from -8 to 2, 0.8 x 8²/20 - 0.2 x 2²/20 cost 0.8 on average.
        Assert.InRange(evaluation.Baselines["linear"].Validation.Loss, 0.65, 0.95);
        Assert.InRange(evaluation.Validation.Loss, 0.65, 0.95);
        Assert.InRange(evaluation.Interval!.TestCoverage!.Value, 0.83, 0.97);
    }

    [Fact]
    public void Rows_of_a_class_that_training_never_saw_are_counted_and_do_not_stop_the_run()
    {
        var plan = RunPlan.Resolve(SortsRequest with
        {
            // All of setosa, and two others.
            Validation = new() { Split = SplitKind.Rows, Rows = [.. Enumerable.Range(0, 50).Select(row => 3 * row), 1, 2] },
            Test = null,
            Training = new() { Epochs = 3, BatchSize = 16 },
        }, new(Sorts));
        Assert.Equal((LearningTask.Multiclass, 2), (plan.Spec.Task, plan.Shape.Outputs));

        var metrics = Assert.IsType<ClassificationMetrics>(Train(plan).Run.Evaluation!.Validation);

        Assert.Equal(50, metrics.UnseenRows);
        Assert.InRange(metrics.Loss, 50 / 52.0 * Math.Log(1e7), double.MaxValue);
        Assert.InRange(metrics.Accuracy, 0, 2 / 52.0);
    }

    public static TheoryData<bool> ClassesOrNumbers => [false, true];

    [Theory]
    [MemberData(nameof(ClassesOrNumbers))]
    public void A_run_continued_after_3_epochs_equals_a_run_of_50_bit_for_bit(bool classes)
    {
        RunPlan PlanOf(int epochs) => classes
            ? RunPlan.Resolve(SortsRequest with
            {
                Training = new() { Epochs = epochs, BatchSize = 16, BalanceClasses = true },
                Network = new() { Hidden = [8], Dropout = 0.2 },
                EarlyStopping = null,
            }, new(Sorts))
            : RunPlan.Resolve(Sample.Lesson(3) with
            {
                Training = new() { Epochs = epochs, Seed = 3 },
                Network = new() { Hidden = [16, 8], Dropout = 0.2 },
                EarlyStopping = null,
            }, new(Sample.StudyHours));

        var (expected, straight) = Train(PlanOf(50));

        var kept = new List<EpochMetrics>();
        var first = PlanOf(3).Train(null, (epoch, _) => kept.Add(epoch), default);
        var (rest, continued) = Train(PlanOf(50), new(SavedBytes.LoadState(first.State!.Save()), kept));

        Assert.Equal(expected, [.. kept.Select(Epoch.From), .. rest]);
        Assert.Equal(straight.Model!.Save(), continued.Model!.Save());
        Assert.Equal(JsonSerializer.Serialize(straight.Evaluation), JsonSerializer.Serialize(continued.Evaluation));
        Assert.Equal(JsonSerializer.Serialize(straight.Verdict), JsonSerializer.Serialize(continued.Verdict));
        Assert.Equal(straight.State!.Network.Weights, continued.State!.Network.Weights);
    }

    [Fact]
    public void A_cancelled_run_has_the_model_of_its_best_epoch_and_no_state()
    {
        using var cancellation = new CancellationTokenSource();
        var plan = RunPlan.Resolve(Sample.Lesson(0) with { EarlyStopping = null }, new(Sample.StudyHours));

        var run = plan.Train(null, (epoch, _) =>
        {
            if (epoch.Epoch == 20)
            {
                cancellation.Cancel();
            }
        }, cancellation.Token);

        Assert.Equal((StopReason.Cancelled, 20), (run.Result.StopReason, run.Result.StoppedEpoch));
        Assert.NotNull(run.Model);
        Assert.NotNull(run.Evaluation);
        Assert.Null(run.State);
    }

    [Fact]
    public void A_run_cancelled_before_its_first_epoch_has_no_result()
    {
        var plan = RunPlan.Resolve(Sample.Lesson(0), new(Sample.StudyHours));
        var epochs = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => plan.Train(null, (_, _) => epochs++, new CancellationToken(canceled: true)));

        Assert.Equal(0, epochs);
    }

    [Fact]
    public void A_resumed_run_that_is_cancelled_before_it_trains_keeps_its_best_weights()
    {
        var plan = RunPlan.Resolve(Sample.Lesson(0) with { EarlyStopping = null }, new(Sample.StudyHours));
        var history = new List<EpochMetrics>();
        var state = plan.Train(null, (epoch, _) => history.Add(epoch), default).State!;

        var run = plan.Train(new(state, history), (_, _) => { }, new CancellationToken(canceled: true));

        Assert.Equal((StopReason.Cancelled, 50), (run.Result.StopReason, run.Result.StoppedEpoch));
        Assert.Equal(SavedBytes.LoadModel(run.Model!.Save()).WeightsSha256, ModelOf(plan, state.BestWeights).WeightsSha256);
        Assert.Equal((null, null), (run.Model!.Interval, run.Evaluation));
    }

    [Theory]
    [InlineData(3, StopReason.Cancelled)]
    [InlineData(50, null)]
    public void An_evaluation_that_is_cancelled_leaves_the_model_of_the_best_epoch(int cancelledAt, StopReason? trainingEndedBy)
    {
        using var training = new CancellationTokenSource();
        using var evaluation = new CancellationTokenSource();
        var plan = RunPlan.Resolve(Sample.Lesson(0) with { EarlyStopping = null }, new(Sample.StudyHours));

        var run = plan.Train(null, (epoch, _) =>
        {
            if (epoch.Epoch == cancelledAt)
            {
                evaluation.Cancel();
                if (trainingEndedBy is not null)
                {
                    training.Cancel();
                }
            }
        }, maxThreads: 1, evaluation.Token, training.Token);

        Assert.Equal((StopReason.Cancelled, cancelledAt), (run.Result.StopReason, run.Result.StoppedEpoch));
        Assert.Equal(ModelOf(plan, run.Result.BestWeights).WeightsSha256, run.Model!.WeightsSha256);
        Assert.Equal((null, null), (run.Model.Interval, run.Evaluation));
        Assert.Equal(trainingEndedBy is null, run.State is not null);
    }

    private static TrainedModel ModelOf(RunPlan plan, float[] weights) => new(plan.Encoder, plan.Spec.Network, weights, interval: null);

    [Theory]
    [InlineData(OptimizerKind.Adam, Activation.Relu)]
    [InlineData(OptimizerKind.AdamW, Activation.Gelu)]
    [InlineData(OptimizerKind.Sgd, Activation.Tanh)]
    [InlineData(OptimizerKind.RmsProp, Activation.Silu)]
    public void Every_optimizer_learns_from_numbers_categories_and_gaps_at_its_default_learning_rate(
        OptimizerKind optimizer, Activation activation)
    {
        // The relation to learn is 3 × size, plus 50 for red; a missing size counts as 5.
        var random = new System.Random(1);
        var sizes = Enumerable.Range(0, 200).Select(_ => random.NextDouble() * 20).ToArray();
        var missing = Enumerable.Range(0, 200).Select(row => row % 10 == 0).ToArray();
        var prices = sizes.Zip(missing, (size, gap) => 3 * (gap ? 5 : size)).Select((price, row) => price + (row % 3 == 0 ? 50 : 0));
        var table = new Table([
            new NumberColumn("size", [.. sizes.Zip(missing, (size, gap) => gap ? double.NaN : size)]),
            CategoryColumn.FromTexts("colour", [.. Enumerable.Range(0, 200).Select(row => row % 3 == 0 ? "red" : "blue")]),
            new NumberColumn("price", [.. prices])]);

        var (_, run) = Train(RunPlan.Resolve(new RunRequest
        {
            Dataset = "stones",
            Target = "price",
            Validation = new() { Split = SplitKind.Random },
            Network = new() { Hidden = [16], Activation = activation },
            Training = new() { Epochs = 50, BatchSize = 16, Optimizer = optimizer },
        }, new(table)));

        var metrics = (RegressionMetrics)run.Evaluation!.Validation;
        Assert.True(metrics.R2 > 0.97, $"R² {metrics.R2}");
    }

    /// <summary>An epoch without its seconds.</summary>
    private sealed record Epoch(int Number, double TrainLoss, double ValidationLoss, double LearningRate)
    {
        public static Epoch From(EpochMetrics epoch) => new(epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss, epoch.LearningRate);
    }

    private static (List<Epoch> History, TrainedRun Run) Train(RunPlan plan, TrainingStart? start = null)
    {
        var history = new List<Epoch>();
        var run = plan.Train(start, (epoch, _) => history.Add(Epoch.From(epoch)), default);
        return (history, run);
    }
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Random;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>Verdicts on networks that are actually trained, on small tables whose true function is known.</summary>
public sealed class RealCurvesTests
{
    [Fact]
    public void The_two_validation_rows_of_the_lesson_are_inconclusive()
    {
        var verdict = VerdictOn(Sample.StudyHours, Sample.Lesson(seed: 7));
        Assert.Equal(VerdictCode.Inconclusive, verdict.Code);
        Assert.StartsWith("2 validation rows can't tell", verdict.Sentence);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_large_network_without_early_stopping_overfits_noisy_rows(int seed)
    {
        var verdict = Train(Noisy(seed), new() { Epochs = 60, LearningRate = 0.01, WeightDecay = 0, Seed = seed });
        Assert.Equal(VerdictCode.Overfitting, verdict.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_linear_model_of_the_same_rows_is_healthy(int seed)
    {
        var verdict = Train(Noisy(seed), new() { Epochs = 60, Seed = seed }, hidden: [], stopping: new());
        Assert.Equal(VerdictCode.Healthy, verdict.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Twenty_epochs_of_small_steps_are_stopped_too_early(int seed)
    {
        var verdict = Train(Noisy(seed), new() { Epochs = 20, LearningRate = 3e-4, Seed = seed }, hidden: [16], stopping: new());
        Assert.Equal(VerdictCode.StoppedTooEarly, verdict.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_same_linear_model_is_healthy_with_a_rate_that_falls(int seed)
    {
        var verdict = Train(Noisy(seed), new() { Epochs = 60, Schedule = ScheduleKind.Cosine, Seed = seed }, hidden: []);
        Assert.Equal(VerdictCode.Healthy, verdict.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Twenty_epochs_of_small_steps_are_stopped_too_early_too_if_the_rate_falls(int seed)
    {
        var training = new TrainingOptions { Epochs = 20, Schedule = ScheduleKind.Cosine, LearningRate = 6e-4, Seed = seed };
        Assert.Equal(VerdictCode.StoppedTooEarly, Train(Noisy(seed), training, hidden: [16]).Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_target_that_is_unrelated_to_the_features_is_not_learnt(int seed)
    {
        var verdict = Train(Draw(seed, signal: 0, noise: 1), new() { Epochs = 60, Seed = seed });
        Assert.Equal(VerdictCode.NotLearning, verdict.Code);
    }

    [Fact]
    public void Far_too_large_steps_diverge()
    {
        var verdict = Train(Noisy(1), new() { Epochs = 60, LearningRate = 10, Optimizer = OptimizerKind.Sgd });
        Assert.Equal(VerdictCode.Diverged, verdict.Code);
    }

    private static Table Noisy(int seed) => Draw(seed, signal: 1, noise: 0.8);

    /// <summary>600 rows of six features; the target depends on two of them.</summary>
    private static Table Draw(int seed, double signal, double noise)
    {
        var random = new RandomStream(seed, RandomPurpose.Split);
        var features = Enumerable.Range(0, 6).Select(_ => new double[600]).ToArray();
        var target = new double[600];
        for (var row = 0; row < target.Length; row++)
        {
            foreach (var feature in features)
            {
                feature[row] = 2 * random.NextDouble() - 1;
            }

            target[row] = signal * (features[0][row] - features[1][row]) + noise * random.NextGaussian();
        }

        return new([.. features.Select((values, i) => new NumberColumn($"x{i}", values)), new NumberColumn("y", target)]);
    }

    private static Verdict Train(Table table, TrainingOptions training, int[]? hidden = null, EarlyStoppingOptions? stopping = null) =>
        VerdictOn(table, new()
        {
            Dataset = "drawn",
            Target = "y",
            Validation = new() { Split = SplitKind.Random, Fraction = 0.5 },
            Encoding = new() { Numbers = NumberInputs.Plain },
            Network = new() { Hidden = hidden ?? [64, 32] },
            Training = training,
            EarlyStopping = stopping,
        });

    private static Verdict VerdictOn(Table table, RunRequest request) =>
        RunPlan.Resolve(request, new RunTables(table)).Train(start: null, (_, _) => { }, CancellationToken.None).Verdict;
}

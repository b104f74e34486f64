using Velodrome.Training.Fitting;
using Velodrome.Training.Random;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;
using Velodrome.Training.Verdicts;

namespace Velodrome.Training.Tests.Verdicts;

/// <summary>Networks that are really trained, on small tables whose truth is known.</summary>
public sealed class RealCurvesTests
{
    [Fact]
    public void The_lessons_two_validation_rows_can_tell_nothing()
    {
        var verdict = VerdictOn(Sample.StudyHours, Sample.Lesson(seed: 7));
        Assert.Equal(VerdictCode.Inconclusive, verdict.Code);
        Assert.StartsWith("2 validation rows can't tell", verdict.Sentence);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_large_network_without_early_stopping_learns_noisy_rows_by_heart(int seed) =>
        Assert.Equal(VerdictCode.Overfitting, Train(Noisy(seed), new() { Epochs = 60, LearningRate = 0.01, WeightDecay = 0, Seed = seed }).Code);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_linear_model_of_the_same_rows_is_healthy(int seed) =>
        Assert.Equal(VerdictCode.Healthy, Train(Noisy(seed), new() { Epochs = 60, Seed = seed }, hidden: [], stopping: new()).Code);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Small_steps_have_not_arrived_after_twenty_epochs(int seed) =>
        Assert.Equal(VerdictCode.StoppedTooEarly, Train(Noisy(seed), new() { Epochs = 20, LearningRate = 3e-4, Seed = seed }, hidden: [16], stopping: new()).Code);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Where_there_is_nothing_to_learn_nothing_is_learnt(int seed) =>
        Assert.Equal(VerdictCode.NotLearning, Train(Draw(seed, 0, 1), new() { Epochs = 60, Seed = seed }).Code);

    [Fact]
    public void Steps_that_are_far_too_large_diverge() =>
        Assert.Equal(VerdictCode.Diverged, Train(Noisy(1), new() { Epochs = 60, LearningRate = 10, Optimizer = OptimizerKind.Sgd }).Code);

    private static Table Noisy(int seed) => Draw(seed, 1, 0.8);

    /// <summary>600 rows of six features, two of which count.</summary>
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
            Network = new() { Hidden = hidden ?? [64, 32] },
            Training = training,
            EarlyStopping = stopping,
        });

    private static Verdict VerdictOn(Table table, RunRequest request) =>
        TrainedRun.Of(RunPlan.Resolve(request, new RunTables(table)), start: null, (_, _) => { }, CancellationToken.None).Verdict;
}

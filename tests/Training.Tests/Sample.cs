using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests;

/// <summary>Small tables, rows and settings that many tests use.</summary>
internal static class Sample
{
    public static Table StudyHours { get; } = new([
        new NumberColumn("hours", [1, 2, 3, 4, 5, 6, 7, 8]),
        new NumberColumn("score", [45, 55, 62, 71, 80, 85, 91, 97])]);

    /// <summary>A trainer of a single network.</summary>
    public static Trainer Trainer(
        IEngine engine, EncodedRows train, EncodedRows validation, TrainingSpec spec, EarlyStoppingOptions? stopping, double lossScale) =>
        new(new([engine], spec), train, validation, spec, stopping, lossScale);

    /// <summary>The request of the lesson: hidden layers 16 and 8, 50 epochs, the last two rows for validation, and otherwise
    /// defaults.</summary>
    public static RunRequest Lesson(int seed) => new()
    {
        Dataset = "study-hours",
        Target = "score",
        Validation = new() { Split = SplitKind.Last, Fraction = 0.25 },
        Network = new() { Hidden = [16, 8] },
        Training = new() { Epochs = 50, Seed = seed },
    };

    /// <summary>The quantile of <see cref="Spec"/>, if its loss is that of quantiles.</summary>
    public const double Quantile = 0.3;

    public static TrainingSpec Spec(
        OptimizerKind optimizer = OptimizerKind.Sgd, LossKind loss = LossKind.Mse, int batch = 1000, int epochs = 10) =>
        new()
        {
            Epochs = epochs,
            BatchSize = batch,
            Optimizer = optimizer,
            LearningRate = 0.01,
            Loss = loss,
            Quantile = loss == LossKind.Quantile ? Quantile : null,
        };

    /// <summary>Uniform numbers between -limit and limit.</summary>
    public static float[] Numbers(int count, int seed, float limit = 1)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle() - 1) * limit)];
    }

    public static EncodedRows Rows(int rows, int width, int seed) =>
        new(Numbers(rows * width, seed, 2), Numbers(rows, seed + 1, 2), null, rows, width);

    /// <summary>Rows with the classes 0, 1, 2, … in turn.</summary>
    public static EncodedRows ClassRows(int rows, int width, int classes, int seed) =>
        new(Numbers(rows * width, seed, 2), [.. Enumerable.Range(0, rows).Select(row => (float)(row % classes))], null, rows, width);

    /// <summary>Trains an epoch at a constant rate.</summary>
    public static double TrainEpoch(
        this IEngine engine, EncodedRows rows, ReadOnlySpan<int> order, double learningRate, CancellationToken cancellationToken) =>
        engine.TrainEpoch(rows, order, _ => learningRate, cancellationToken);

    /// <summary>The row numbers 0 to rows - 1.</summary>
    public static int[] Indices(int rows) => [.. Enumerable.Range(0, rows)];

    /// <summary>The fault of a call that is refused.</summary>
    public static Fault Refusal(Func<object> act) => Assert.Single(Assert.Throws<RefusedException>(act).Faults);
}

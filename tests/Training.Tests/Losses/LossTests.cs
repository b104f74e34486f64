using Velodrome.Training.Encoding;
using Velodrome.Training.Losses;
using Velodrome.Training.Random;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Tests.Losses;

public class LossTests
{
    // The first four rows are the example of scikit-learn's mean_squared_error. All: sklearn.metrics and scipy.special.huber(1, .).
    private static readonly float[] Targets = [3, -0.5f, 2, 7, 0.25f];
    private static readonly float[] Outputs = [2.5f, 0, 2, 8, -1.75f];

    [Theory]
    [InlineData(LossKind.Mse, new[] { 0.25, 0.25, 0, 1, 4 }, 1.1)]
    [InlineData(LossKind.Mae, new[] { 0.5, 0.5, 0, 1, 2 }, 0.8)]
    [InlineData(LossKind.Huber, new[] { 0.125, 0.125, 0, 0.5, 1.5 }, 0.45)]
    public void Losses_are_those_of_scikit_learn_and_scipy(LossKind kind, double[] perRow, double mean)
    {
        Assert.Equal(perRow, Loss.PerRow(kind, Outputs, Rows(Targets)));
        Assert.Equal(mean, Loss.Mean(kind, Outputs, Rows(Targets)), 1e-15);
    }

    [Fact]
    public void The_mean_squared_error_is_that_of_the_scikit_learn_documentation() =>
        Assert.Equal(0.375, Loss.Mean(LossKind.Mse, Outputs.AsSpan(0, 4), Rows(Targets[..4])));

    /// <summary>The examples of scikit-learn's mean_pinball_loss.</summary>
    [Theory]
    [InlineData(0.1, new[] { 0f, 2, 3 }, 0.1 / 3)]
    [InlineData(0.1, new[] { 1f, 2, 4 }, 0.9 / 3)]
    [InlineData(0.9, new[] { 0f, 2, 3 }, 0.9 / 3)]
    [InlineData(0.9, new[] { 1f, 2, 4 }, 0.1 / 3)]
    public void The_quantile_loss_is_that_of_the_scikit_learn_documentation(double quantile, float[] outputs, double expected) =>
        Assert.Equal(expected, Loss.Mean(LossKind.Quantile, outputs, Rows([1, 2, 3]), quantile), 1e-15);

    [Fact]
    public void The_quantile_loss_of_the_median_is_half_of_the_absolute_error_and_others_tilt_it()
    {
        Assert.Equal([0.25, 0.25, 0, 0.5, 1], Loss.PerRow(LossKind.Quantile, Outputs, Rows(Targets), 0.5));
        double[] expected = [0.375, 0.125, 0, 0.25, 1.5];       // the second and fourth row are below their output
        Assert.Equal(expected, Loss.PerRow(LossKind.Quantile, Outputs, Rows(Targets), 0.75));
        Assert.Equal(double.NaN, Loss.Mean(LossKind.Quantile, Outputs, Rows(Targets)));         // without a quantile
    }

    /// <summary>Mean and deviation of the loss of normal targets, from 2 million draws.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.05)]
    public void How_far_the_quantile_loss_of_a_row_is_from_the_mean_is_that_of_normal_targets(double quantile)
    {
        var random = new RandomStream(7, RandomPurpose.Bootstrap);
        var targets = new float[2_000_000];
        for (var row = 0; row < targets.Length; row++)
        {
            targets[row] = (float)random.NextGaussian();
        }

        var ofQuantile = (float)targets.Order().ElementAt((int)(quantile * targets.Length));
        var outputs = new float[targets.Length];
        Array.Fill(outputs, ofQuantile);
        var moments = Moments.Of(Loss.PerRow(LossKind.Quantile, outputs, Rows(targets), quantile));

        var deviation = LossDefinition.Of(LossKind.Quantile).RelativeDeviation!(quantile);
        Assert.Equal(moments.StandardDeviation / moments.Mean, deviation, 0.01);
    }

    /// <summary>For targets 50 times as large, the scaled loss is that in the target's own unit, where Huber's threshold is 50.</summary>
    [Theory]
    [InlineData(LossKind.Mse, 2750)]        // 1.1 x 50²
    [InlineData(LossKind.Mae, 40)]          // 0.8 x 50
    [InlineData(LossKind.Huber, 1125)]      // errors 25, 25, 0, 50, 100; halves of squares up to 50, then 50 x (100 - 25)
    public void Scaled_losses_are_in_the_targets_own_unit(LossKind kind, double expected) =>
        Assert.Equal(expected, new NumberTarget("score", 7, 50).LossScale(kind) * Loss.Mean(kind, Outputs, Rows(Targets)), 1e-9);

    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.Mae)]
    [InlineData(LossKind.Huber)]
    public void An_output_of_NaN_makes_the_mean_NaN(LossKind kind) =>
        Assert.Equal(double.NaN, Loss.Mean(kind, [1, float.NaN, 2], Rows([1, 1, 1])));

    [Fact]
    public void Sums_do_not_overflow_single_precision() => Assert.Equal(1e60, Loss.Mean(LossKind.Mse, [1e30f, -1e30f], Rows([0, 0])), 1e54);

    [Theory]
    [InlineData(LossKind.Mse, new[] { 0.125, 0.5, 0, 3, 0 }, 0.725)]
    [InlineData(LossKind.Mae, new[] { 0.25, 1, 0, 3, 0 }, 0.85)]
    [InlineData(LossKind.Huber, new[] { 0.0625, 0.25, 0, 1.5, 0 }, 0.3625)]
    public void A_rows_loss_is_multiplied_by_its_weight_and_the_mean_is_over_the_rows(LossKind kind, double[] perRow, double mean)
    {
        var rows = Rows(Targets) with { Weights = [0.5f, 2, 7, 3, 0] };

        Assert.Equal(perRow, Loss.PerRow(kind, Outputs, rows));
        Assert.Equal(mean, Loss.Mean(kind, Outputs, rows), 1e-15);
    }

    // scipy 1.10.1: -log_softmax(scores, axis=1)[range(5), classes]; scikit-learn 1.2.1: log_loss(classes, softmax(scores, axis=1),
    // labels=[0, 1, 2]), also with sample_weight (which divides by the sum of the weights, 6.75, instead of the number of rows).
    private static readonly float[] Scores = [2, 1, -1, 0.5f, 0.5f, 0.5f, -3, 4, 0.25f, 100, -100, 0, 1, 2, 3];
    private static readonly float[] Classes = [0, 2, 0, 0, 2];
    private static readonly double[] CrossEntropies =
        [0.34901221676818633, 1.0986122886681098, 7.0241359970467885, 0, 0.4076059644443804];

    [Fact]
    public void Cross_entropy_is_the_log_loss_of_the_softmax()
    {
        AssertClose(CrossEntropies, Loss.PerRow(LossKind.CrossEntropy, Scores, Rows(Classes)));
        Assert.Equal(1.775873293385493, Loss.Mean(LossKind.CrossEntropy, Scores, Rows(Classes)), 1e-14);

        float[] weights = [0.5f, 2, 0.25f, 1, 3];
        var weighted = Rows(Classes) with { Weights = weights };
        AssertClose(
            [.. CrossEntropies.Zip(weights, (loss, weight) => loss * weight)], Loss.PerRow(LossKind.CrossEntropy, Scores, weighted));
        Assert.Equal(1.0701165156630303, Loss.Mean(LossKind.CrossEntropy, Scores, weighted), 1e-14);
    }

    [Fact]
    public void A_class_that_training_never_saw_costs_as_much_as_the_smallest_probability()
    {
        var losses = Loss.PerRow(LossKind.CrossEntropy, [5, -5, 0, 0], Rows([-1, -1]));

        AssertClose([16.11809565095832, 16.11809565095832], losses);       // math.log(1e7)
    }

    [Fact]
    public void A_confident_mistake_costs_the_difference_of_the_scores_and_is_finite() =>
        AssertClose([3e38f, 0, 2000], Loss.PerRow(LossKind.CrossEntropy, [0, 3e38f, 0, 3e38f, 1000, -1000], Rows([0, 1, 1])));

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(0, float.NaN)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void A_score_that_is_not_finite_makes_the_cross_entropy_NaN(float first, float second) =>
        Assert.Equal(double.NaN, Loss.Mean(LossKind.CrossEntropy, [1, 2, first, second, 2, 1], Rows([0, 0, 0])));

    [Theory]
    [InlineData(LossKind.Mse, 2500)]
    [InlineData(LossKind.Mae, 50)]
    [InlineData(LossKind.Huber, 2500)]
    [InlineData(LossKind.Quantile, 50)]
    public void Losses_of_numbers_have_a_scale_and_losses_of_classes_have_none(LossKind kind, double scale)
    {
        Assert.Equal(scale, new NumberTarget("score", 7, 50).LossScale(kind));
        Assert.Equal(1, new ClassTarget("sort", ["a", "b"], ColumnKind.Category).LossScale(LossKind.CrossEntropy));
    }

    [Theory]
    [InlineData(LossKind.Mse, false, "score²")]
    [InlineData(LossKind.Mae, false, "score")]
    [InlineData(LossKind.Huber, false, "score²")]
    [InlineData(LossKind.Quantile, false, "score")]
    [InlineData(LossKind.CrossEntropy, true, "nats")]
    public void Every_loss_has_a_task_and_a_unit(LossKind kind, bool isForClasses, string unit)
    {
        var loss = LossDefinition.Of(kind);

        Assert.Equal((kind, isForClasses, unit), (loss.Kind, loss.IsForClasses, loss.UnitOf("score")));
    }

    [Fact]
    public void Every_loss_is_defined_and_only_those()
    {
        Assert.Equal(Enum.GetValues<LossKind>(), LossDefinition.All.Select(loss => loss.Kind));
        Assert.Equal(LossKind.Mse, LossDefinition.Default(forClasses: false));
        Assert.Equal(LossKind.CrossEntropy, LossDefinition.Default(forClasses: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => LossDefinition.Of((LossKind)99));
        Assert.Throws<ArgumentOutOfRangeException>(() => LossDefinition.Of((LossKind)(-1)));
    }

    private static EncodedRows Rows(float[] targets) => new([], targets, null, targets.Length, 0);

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14 * Math.Max(1, Math.Abs(pair.First))));
    }
}

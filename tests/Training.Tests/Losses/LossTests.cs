using Velodrome.Training.Losses;

namespace Velodrome.Training.Tests.Losses;

public class LossTests
{
    // The first four rows are the example of scikit-learn's mean_squared_error; all: sklearn.metrics and scipy.special.huber(1, .).
    private static readonly float[] Targets = [3, -0.5f, 2, 7, 0.25f];
    private static readonly float[] Outputs = [2.5f, 0, 2, 8, -1.75f];

    [Theory]
    [InlineData(LossKind.Mse, new[] { 0.25, 0.25, 0, 1, 4 }, 1.1)]
    [InlineData(LossKind.Mae, new[] { 0.5, 0.5, 0, 1, 2 }, 0.8)]
    [InlineData(LossKind.Huber, new[] { 0.125, 0.125, 0, 0.5, 1.5 }, 0.45)]
    public void Losses_are_the_published_ones(LossKind kind, double[] perRow, double mean)
    {
        var losses = new double[5];
        Loss.PerRow(kind, Outputs, Targets, losses);

        Assert.Equal(perRow, losses);
        Assert.Equal(mean, Loss.Mean(kind, Outputs, Targets), 1e-15);
    }

    [Fact]
    public void The_example_of_scikit_learn() => Assert.Equal(0.375, Loss.Mean(LossKind.Mse, Outputs.AsSpan(0, 4), Targets.AsSpan(0, 4)));

    /// <summary>Target times 50, loss times its scale: the same as measuring in the target's own units, Huber's threshold there being 50.</summary>
    [Theory]
    [InlineData(LossKind.Mse, 2750)]        // 1.1 x 50²
    [InlineData(LossKind.Mae, 40)]          // 0.8 x 50
    [InlineData(LossKind.Huber, 1125)]      // errors 25, 25, 0, 50, 100; halves of squares up to 50, then 50 x (100 - 25)
    public void Scaled_they_are_in_the_targets_own_units(LossKind kind, double expected) =>
        Assert.Equal(expected, Loss.Scale(kind, 50) * Loss.Mean(kind, Outputs, Targets), 1e-9);

    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.Mae)]
    [InlineData(LossKind.Huber)]
    public void An_output_that_is_no_number_makes_the_mean_none(LossKind kind) =>
        Assert.Equal(double.NaN, Loss.Mean(kind, [1, float.NaN, 2], [1, 1, 1]));

    [Fact]
    public void Sums_do_not_overflow_single_precision() => Assert.Equal(1e60, Loss.Mean(LossKind.Mse, [1e30f, -1e30f], [0, 0]), 1e54);
}

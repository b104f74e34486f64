using Velodrome.Training.Baselines;

namespace Velodrome.Training.Tests.Baselines;

public class TrivialBaselineTests
{
    [Fact]
    public void The_regression_baseline_predicts_the_mean_of_the_training_targets() =>
        Assert.Equal([2.5f, 2.5f, 2.5f], TrivialBaseline.FitRegression([1, 2, 3, 4]).Outputs(3));

    /// <summary>The quantile at which the loss is smallest: the inverse of the empirical distribution, as NumPy's inverted_cdf.</summary>
    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(0.5, 5)]
    [InlineData(0.51, 6)]
    [InlineData(0.7, 7)]
    [InlineData(0.999, 10)]
    public void The_baseline_of_a_quantile_predicts_that_of_the_training_targets(double quantile, float expected) =>
        Assert.Equal([expected, expected], TrivialBaseline.FitRegression([3, 1, 10, 2, 9, 4, 8, 5, 7, 6], quantile).Outputs(2));

    [Fact]
    public void A_row_of_weight_2_counts_twice()
    {
        float[] weights = [1, 2, 0, 1];

        Assert.Equal([2.5f], TrivialBaseline.FitRegression([4, 1, 9, 4], null, weights).Outputs(1));
        Assert.Equal([1f], TrivialBaseline.FitRegression([4, 1, 9, 4], 0.5, weights).Outputs(1));
        Assert.Equal([4f], TrivialBaseline.FitRegression([4, 1, 9, 4], 0.51, weights).Outputs(1));
        Assert.Equal([4f], TrivialBaseline.FitRegression([4, 1, 9, 4], 0.999, weights).Outputs(1));
        Assert.Equal(
            TrivialBaseline.FitClasses([0, 1, 1, 2], 3).Outputs(1), TrivialBaseline.FitClasses([0, 1, 1, 2], 3, [1, 2, 0, 1]).Outputs(1));
    }

    [Fact]
    public void The_classification_baseline_predicts_the_training_frequencies_of_the_classes()
    {
        var scores = TrivialBaseline.FitClasses([1, 1, 0, 1], 3).Outputs(2);

        Assert.Equal(6, scores.Length);
        Assert.Equal([0.25, 0.75, 0.0, 0.25, 0.75, 0.0], scores.Select(score => Math.Round(Math.Exp(score), 6)));
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
    }
}

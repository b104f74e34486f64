using Velodrome.Training.Evaluation;

namespace Velodrome.Training.Tests.Evaluation;

public class RegressionMetricsTests
{
    // sklearn.metrics 1.2.1: mean_squared_error(squared=False), mean_absolute_error, r2_score. The first example is from its
    // documentation.
    [Theory]
    [InlineData(new[] { 3, -0.5, 2, 7 }, new[] { 2.5, 0, 2, 8 }, 0.6123724356957945, 0.5, 0.9486081370449679)]
    [InlineData(
        new[] { 120.5, 99.25, 143, 87.5, 110, 101.125 }, new[] { 118, 103.5, 140.25, 95, 109.5, 140 },
        16.328097587696288, 9.395833333333334, 0.15786803909445002)]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 3.0, 2, 1 }, 1.632993161855452, 1.3333333333333333, -3.0)]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 1.0, 2, 3 }, 0, 0, 1)]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 2.0, 2, 2 }, 0.816496580927726, 0.6666666666666666, 0)]
    public void Metrics_agree_with_scikit_learn(double[] actual, double[] predicted, double rmse, double mae, double r2)
    {
        var metrics = RegressionMetrics.Compute(predicted, actual, loss: 42);

        Assert.Equal(42, metrics.Loss);
        Assert.Equal(rmse, metrics.Rmse, 1e-12);
        Assert.Equal(mae, metrics.Mae, 1e-12);
        Assert.Equal(r2, metrics.R2!.Value, 1e-12);
    }

    [Theory]
    [InlineData(new[] { 5.0, 5, 5 })]
    [InlineData(new[] { 5.0 })]
    [InlineData(new[] { 0.1, 0.1, 0.1 })]
    public void Rows_of_equal_value_have_no_r2(double[] actual) =>
        Assert.Null(RegressionMetrics.Compute(new double[actual.Length], actual, 0).R2);
}

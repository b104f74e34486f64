using System.Text.Json;
using Velodrome.Training.Baselines;
using Velodrome.Training.Intervals;
using Velodrome.Training.Random;

namespace Velodrome.Training.Tests.Intervals;

public class ConformalIntervalTests
{
    private static ConformalInterval Calibrate(IEnumerable<double> residuals)
    {
        var actual = residuals.ToArray();
        return ConformalInterval.Calibrate(new double[actual.Length], actual);
    }

    [Theory] // NumPy 1.24.2: quantile(e, ceil((n + 1) * level) / n, method="inverted_cdf") of e = 3 |sin 1|, ..., 3 |sin 25|
    [InlineData(0.5, 2.252961740315028)]
    [InlineData(0.8, 2.8767728239894153)]
    [InlineData(0.9, 2.971822067084611)]
    [InlineData(0.95, 2.9999706196521103)]
    public void The_half_width_is_the_conformal_quantile(double level, double expected) =>
        Assert.Equal(expected, Calibrate(Enumerable.Range(1, 25).Select(i => 3 * Math.Sin(i))).HalfWidth(level)!.Value, 12);

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.7, 3)]
    [InlineData(0.8, 4)]
    [InlineData(0.9, 9)]
    [InlineData(0.95, 19)]
    [InlineData(0.99, 99)]
    [InlineData(0.999, 999)]
    [InlineData(0.9999, 9999)]
    public void A_level_needs_a_minimum_of_rows(double level, int rows)
    {
        Assert.Equal(rows, ConformalInterval.RowsNeeded(level));
        Assert.Null(Calibrate(new double[rows]).WhyUnavailable(level));
        Assert.Equal(0, Calibrate(new double[rows]).HalfWidth(level));
        Assert.Null(Calibrate(new double[rows - 1]).HalfWidth(level));
        Assert.Contains(
            $"at least {rows} validation rows, and this run has {rows - 1}.", Calibrate(new double[rows - 1]).WhyUnavailable(level));
    }

    [Fact]
    public void A_whole_rank_is_not_rounded_up() => // 0.55 * 100 is 55.00000000000001
        Assert.Equal(55, Calibrate(Enumerable.Range(1, 99).Select(rank => (double)rank)).HalfWidth(0.55));

    [Theory]
    [InlineData(3)]
    [InlineData(100_000)] // keeps only some of its residuals
    public void The_smallest_level_has_the_smallest_residual(int rows)
    {
        var interval = Calibrate(Enumerable.Range(1, rows).Select(rank => (double)rank));

        Assert.Equal(interval.Residuals[0], interval.HalfWidth(double.Epsilon));
        Assert.Equal(interval.Residuals[0], interval.HalfWidth(1e-12));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_level_outside_0_to_1_is_refused(double level) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Calibrate([1, 2]).HalfWidth(level));

    [Theory]
    [InlineData(1_001)]
    [InlineData(1_999)]
    [InlineData(12_345)]
    [InlineData(100_000)]
    public void Residuals_that_are_not_stored_never_make_an_interval_narrower(int rows)
    {
        var interval = Calibrate(Enumerable.Range(1, rows).Select(rank => (double)rank)); // the residual of rank k is k
        double[] levels = [.. Enumerable.Range(1, 9_999).Select(i => i / 10_000.0), .99995];

        Assert.Equal(ConformalInterval.MaxResiduals, interval.Residuals.Count);
        foreach (var level in levels.Where(level => ConformalInterval.RowsNeeded(level) <= rows))
        {
            var exact = Math.Ceiling((rows + 1) * level - 1e-9);
            var upper = exact > rows - ConformalInterval.TailResiduals ? exact : exact + Math.Ceiling(rows / 900.0) - 1;
            Assert.InRange(interval.HalfWidth(level)!.Value, exact, upper);
        }
    }

    [Fact]
    public void An_interval_is_the_same_after_JSON_serialisation()
    {
        var interval = Calibrate(Enumerable.Range(1, 5_000).Select(i => Math.Sin(i)));

        var read = JsonSerializer.Deserialize<ConformalInterval>(JsonSerializer.Serialize(interval))!;

        Assert.Equal(interval.Rows, read.Rows);
        Assert.Equal(interval.Residuals, read.Residuals);
    }

    [Fact]
    public void Coverage_is_the_share_of_rows_within_the_interval()
    {
        var interval = Calibrate([1, 2, 3, 4]);

        Assert.Equal(0.75, interval.Coverage([10, 10, 10, 10], [10, 13, 7, 13.1], 0.6)); // half-width 3
        Assert.Null(interval.Coverage([10], [10], 0.9));
    }

    /// <summary>The errors have heavy tails and a growing spread, because nothing about their distribution is assumed.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(2_000)] // more than are stored
    public void The_mean_coverage_of_200_simulated_tables_is_the_requested_level(int calibration)
    {
        var coverages = Enumerable.Range(0, 200).Select(seed =>
        {
            var random = new RandomStream(seed, RandomPurpose.Split);
            var rows = 100 + calibration + 200;
            float[] x = [.. Enumerable.Range(0, rows).Select(_ => (float)random.NextGaussian())];
            double[] y = [.. x.Select(value =>
                2 * value + Math.Exp(value / 2) * random.NextGaussian() / Math.Sqrt(1 - random.NextDouble()))];
            var model = LinearModel.FitRegression(x.AsSpan(0, 100), 100, 1, Array.ConvertAll(y[..100], value => (float)value));
            var predicted = Array.ConvertAll(model.Outputs(x, rows), value => (double)value);
            var interval = ConformalInterval.Calibrate(predicted.AsSpan(100, calibration), y.AsSpan(100, calibration));
            return interval.Coverage(predicted.AsSpan(100 + calibration), y.AsSpan(100 + calibration), 0.9)!.Value;
        });

        Assert.InRange(coverages.Average(), 0.89, 0.915);
    }
}

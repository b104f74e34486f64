using Velodrome.Training.Intervals;

namespace Velodrome.Training.Evaluation;

/// <summary>Measures prediction intervals: calibrated on the validation rows, tested on the test rows.</summary>
/// <param name="Level">Share of new rows whose true value the interval should contain.</param>
/// <param name="HalfWidth">In the target's own unit; null when there are too few validation rows.</param>
/// <param name="TestCoverage">Share of the test rows whose true value it contains; null without test rows.</param>
public sealed record IntervalQuality(double Level, double? HalfWidth, double? TestCoverage)
{
    private const double DefaultLevel = 0.9;

    /// <summary>Measures an interval at the default level, 0.9.</summary>
    /// <param name="interval">Calibrated on the validation rows.</param>
    /// <param name="testPredicted">Predictions of the test rows, in the target's own unit; empty without test rows.</param>
    /// <param name="testActual">True values of the same rows.</param>
    public static IntervalQuality Measure(ConformalInterval interval, double[] testPredicted, double[] testActual) => new(
        DefaultLevel,
        interval.HalfWidth(DefaultLevel),
        testActual.Length == 0 ? null : interval.Coverage(testPredicted, testActual, DefaultLevel));
}

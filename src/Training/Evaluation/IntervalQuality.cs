using Velodrome.Training.Intervals;

namespace Velodrome.Training.Evaluation;

/// <summary>The interval around predicted numbers: made from the validation rows, and tried on the test rows.</summary>
/// <param name="Level">Share of new rows whose true value it is to hold.</param>
/// <param name="HalfWidth">In the target's own units; null when there are too few validation rows.</param>
/// <param name="TestCoverage">Share of the test rows whose true value it holds; null without a test part.</param>
public sealed record IntervalQuality(double Level, double? HalfWidth, double? TestCoverage)
{
    private const double UsualLevel = 0.9;

    /// <param name="interval">Made from the validation rows.</param>
    /// <param name="testPredicted">Predictions of the test rows, in the target's own units; empty without a test part.</param>
    /// <param name="testActual">True values of the same rows.</param>
    public static IntervalQuality Measure(ConformalInterval interval, double[] testPredicted, double[] testActual) => new(
        UsualLevel, interval.HalfWidth(UsualLevel), testActual.Length == 0 ? null : interval.Coverage(testPredicted, testActual, UsualLevel));
}

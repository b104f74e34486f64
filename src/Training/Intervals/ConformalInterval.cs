namespace Velodrome.Training.Intervals;

/// <summary>
/// A prediction interval for numbers, calibrated on rows that were not trained on: the prediction plus or minus
/// <see cref="HalfWidth"/> contains the true value in at least the requested share of new rows like them, for any network and any
/// distribution of errors (split conformal prediction: Vovk, Gammerman and Shafer 2005; Lei, G'Sell, Rinaldo, Tibshirani and
/// Wasserman, "Distribution-free predictive inference for regression", JASA 113, 2018).
/// </summary>
/// <remarks>
/// The guarantee holds for residuals of rows that had no influence on the model. Validation rows had a small one: they determined the
/// best epoch. Their residuals, and so the interval, are slightly too small; the coverage of the test rows shows by how much.
/// A network that predicts a quantile gets one too. The guarantee holds for it, but most residuals lie on one side, so the interval is
/// wider than one around the mean.
/// </remarks>
/// <param name="Rows">Number of residuals.</param>
/// <param name="Residuals">Absolute residuals in the target's unit, ascending. Of more than <see cref="MaxResiduals"/> only the
/// <see cref="TailResiduals"/> largest and evenly spaced ones below them are kept; a half-width is then rounded up to the next
/// residual, which keeps the guarantee.</param>
public sealed record ConformalInterval(int Rows, IReadOnlyList<double> Residuals)
{
    /// <summary>Largest number of residuals that are stored with a model.</summary>
    public const int MaxResiduals = 1_000;

    /// <summary>Number of largest residuals that are always kept: high levels need them.</summary>
    public const int TailResiduals = 100;

    private const int SpacedResiduals = MaxResiduals - TailResiduals;

    /// <summary>Calibrates an interval.</summary>
    /// <param name="predicted">[rows]: predictions for rows that were not trained on, in the target's unit.</param>
    /// <param name="actual">[rows]: their true values.</param>
    public static ConformalInterval Calibrate(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual)
    {
        var residuals = new double[actual.Length];
        for (var row = 0; row < residuals.Length; row++)
        {
            residuals[row] = Math.Abs(predicted[row] - actual[row]);
        }

        Array.Sort(residuals);
        var below = residuals.Length - TailResiduals;
        return new(residuals.Length, residuals.Length <= MaxResiduals
            ? residuals
            : [
                .. Enumerable.Range(1, SpacedResiduals)
                    .Select(i => residuals[((long)i * below + SpacedResiduals - 1) / SpacedResiduals - 1]),
                .. residuals[below..],
            ]);
    }

    /// <summary>The smallest number of rows that allows an interval of a level: level / (1 - level), rounded up; 9 for 0.9.</summary>
    /// <param name="level">Above 0, below 1.</param>
    public static double RowsNeeded(double level) => Math.Ceiling(level / (1 - level) * (1 - 1e-9));

    /// <summary>Computes half the width of the interval of a level.</summary>
    /// <param name="level">Share of new rows whose true value the interval should contain: above 0, below 1.</param>
    /// <returns>In the target's unit; null when there are too few rows, see <see cref="WhyUnavailable"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public double? HalfWidth(double level)
    {
        if (level is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level must be above 0 and below 1.");
        }

        var rank = Math.Max(1, (long)Math.Ceiling((Rows + 1.0) * level - 1e-9)); // 0.55 * 100 must not round up to 56
        var below = Rows - TailResiduals;
        return rank > Rows ? null
            : Rows <= MaxResiduals ? Residuals[(int)rank - 1]
            : rank > below ? Residuals[^(int)(Rows - rank + 1)]
            : Residuals[(int)((rank - 1) * SpacedResiduals / below)];
    }

    /// <summary>Explains in one sentence why there is no interval of a level; null when there is one.</summary>
    /// <param name="level">Above 0, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public string? WhyUnavailable(double level) => HalfWidth(level) is not null
        ? null
        : $"The {100 * level:0.####}% interval needs at least {RowsNeeded(level):0} validation rows, and this run has {Rows}. " +
          "Ask for a lower level, or set more rows aside.";

    /// <summary>Measures the share of rows whose true value is within the interval, on rows that it was not calibrated on.</summary>
    /// <param name="predicted">[rows]: predictions in the target's unit.</param>
    /// <param name="actual">[rows]: their true values, at least one.</param>
    /// <param name="level">The level of the interval.</param>
    /// <returns>0 to 1; null when there is no interval of that level.</returns>
    public double? Coverage(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual, double level)
    {
        if (HalfWidth(level) is not { } halfWidth)
        {
            return null;
        }

        var within = 0;
        for (var row = 0; row < actual.Length; row++)
        {
            within += Math.Abs(predicted[row] - actual[row]) <= halfWidth ? 1 : 0;
        }

        return (double)within / actual.Length;
    }
}

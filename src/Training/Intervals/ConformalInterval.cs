namespace Velodrome.Training.Intervals;

/// <summary>
/// How far off predictions of numbers are, told from rows that were not trained on: a prediction plus or minus
/// <see cref="HalfWidth"/> holds the true value in at least the asked share of new rows like them, whatever the network and
/// whatever the errors' distribution (split conformal prediction: Vovk, Gammerman and Shafer 2005; Lei, G'Sell, Rinaldo,
/// Tibshirani and Wasserman, "Distribution-free predictive inference for regression", JASA 113, 2018).
/// </summary>
/// <remarks>
/// The guarantee is for residuals of rows that had no say in the model. Validation rows had a small one: they chose the best
/// epoch. Their residuals are a little too small, and the interval a little too narrow; the coverage on a test part shows by how much.
/// </remarks>
/// <param name="Rows">How many residuals there were.</param>
/// <param name="Residuals">Absolute residuals in the target's units, ascending. Of more than <see cref="Kept"/> it is the largest
/// <see cref="Tail"/> and evenly spaced ones below; a half-width then falls on the next larger one kept, so that what is promised
/// still holds.</param>
public sealed record ConformalInterval(int Rows, IReadOnlyList<double> Residuals)
{
    /// <summary>At most so many residuals are stored with a model.</summary>
    public const int Kept = 1_000;

    /// <summary>The largest residuals are all kept: high levels need them.</summary>
    public const int Tail = 100;

    private const int Spaced = Kept - Tail;

    /// <param name="predicted">Predictions for rows that were not trained on, in the target's units.</param>
    /// <param name="actual">True values of the same rows.</param>
    public static ConformalInterval Calibrate(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual)
    {
        var residuals = new double[actual.Length];
        for (var row = 0; row < residuals.Length; row++)
        {
            residuals[row] = Math.Abs(predicted[row] - actual[row]);
        }

        Array.Sort(residuals);
        var below = residuals.Length - Tail;
        return new(residuals.Length, residuals.Length <= Kept
            ? residuals
            : [.. Enumerable.Range(1, Spaced).Select(i => residuals[((long)i * below + Spaced - 1) / Spaced - 1]), .. residuals[below..]]);
    }

    /// <summary>Fewest rows from which an interval of this level can be told: level / (1 - level), rounded up; 9 for 0.9.</summary>
    /// <param name="level">Above 0, below 1.</param>
    public static double RowsNeeded(double level) => Math.Ceiling(level / (1 - level) * (1 - 1e-9));

    /// <summary>Half the width of the interval.</summary>
    /// <param name="level">Share of new rows whose true value it is to hold: above 0, below 1.</param>
    /// <returns>In the target's units; null when there are too few rows, see <see cref="WhyUnavailable"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public double? HalfWidth(double level)
    {
        if (level is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level lies above 0 and below 1.");
        }

        var rank = (long)Math.Ceiling((Rows + 1.0) * level - 1e-9); // from 1, of all residuals; 0.55 * 100 must not round up to 56
        var below = Rows - Tail;
        return rank > Rows ? null
            : Rows <= Kept ? Residuals[(int)rank - 1]
            : rank > below ? Residuals[^(int)(Rows - rank + 1)]
            : Residuals[(int)((rank - 1) * Spaced / below)];
    }

    /// <summary>Why there is no interval of a level, as a sentence; null when there is one.</summary>
    /// <inheritdoc cref="HalfWidth"/>
    public string? WhyUnavailable(double level) => HalfWidth(level) is not null ? null
        : $"An interval that holds {100 * level:0.####}% of true values needs at least {RowsNeeded(level):0} validation rows to be told from, and this run has {Rows}. Ask for a lower level, or set more rows aside.";

    /// <summary>The share of rows whose true value the interval holds: what it is worth on rows that it was not made from.</summary>
    /// <param name="predicted">Predictions in the target's units.</param>
    /// <param name="actual">True values of the same rows, at least one.</param>
    /// <param name="level">The level that was asked for.</param>
    /// <returns>0 to 1; null when there is no interval of that level.</returns>
    public double? Coverage(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual, double level)
    {
        if (HalfWidth(level) is not { } halfWidth)
        {
            return null;
        }

        var held = 0;
        for (var row = 0; row < actual.Length; row++)
        {
            held += Math.Abs(predicted[row] - actual[row]) <= halfWidth ? 1 : 0;
        }

        return (double)held / actual.Length;
    }
}

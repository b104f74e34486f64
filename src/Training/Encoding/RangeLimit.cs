namespace Velodrome.Training.Encoding;

/// <summary>
/// Limits standardised numbers beyond the training range, so that one wild cell decides neither a validation loss nor a prediction.
/// <para>A network with relu is linear far from its training rows: a value a thousand deviations out gives an output a thousand times as
/// large. Near the range, the same property is useful, as in the lesson, where a network that saw 1 to 6 hours predicts 9 and 10 (2.3
/// deviations beyond). So a number is itself up to <c>reach</c> deviations beyond the range, and from there on it approaches twice that
/// distance: continuous and ascending, with slope 1 where the two parts meet.</para>
/// </summary>
internal static class RangeLimit
{
    /// <summary>Standard deviations beyond the training range within which a number is itself. A column of evenly spread numbers is 3.5
    /// deviations wide, so this continues it by most of its width to either side.</summary>
    public const double Reach = 3;

    /// <summary>Limits a number.</summary>
    /// <param name="value">The standardised number.</param>
    /// <param name="low">The smallest standardised number of the training rows.</param>
    /// <param name="high">The largest one.</param>
    /// <param name="reach">Distance from both within which the number is not changed, bit for bit.</param>
    /// <returns>Between low - 2 · reach and high + 2 · reach.</returns>
    public static double Apply(double value, double low, double high, double reach) =>
        value > high + reach ? high + reach + Approach(value - high - reach, reach)
        : value < low - reach ? low - reach - Approach(low - reach - value, reach)
        : value;

    /// <summary>Ascends from 0 to <paramref name="limit"/>, with slope 1 at 0.</summary>
    private static double Approach(double distance, double limit) => limit * (1 - Math.Exp(-distance / limit));
}

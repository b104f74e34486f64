namespace Velodrome.Training.Losses;

/// <summary>Losses of rows, computed in double precision, the same for every engine.</summary>
public static class Loss
{
    /// <summary>The loss of every row.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="outputs">Network outputs [rows], standardised.</param>
    /// <param name="targets">Targets [rows], standardised.</param>
    /// <param name="losses">Receives one loss per row, in standardised units.</param>
    public static void PerRow(LossKind kind, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<double> losses)
    {
        for (var row = 0; row < targets.Length; row++)
        {
            losses[row] = Of(kind, (double)outputs[row] - targets[row]);
        }
    }

    /// <summary>The mean loss over rows, in standardised units.</summary>
    /// <inheritdoc cref="PerRow"/>
    public static double Mean(LossKind kind, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        var sum = 0.0;
        for (var row = 0; row < targets.Length; row++)
        {
            sum += Of(kind, (double)outputs[row] - targets[row]);
        }

        return sum / targets.Length;
    }

    /// <summary>What a loss in standardised units is multiplied with to be in the target's own units.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="targetDeviation">Standard deviation of the training target, in its own units.</param>
    public static double Scale(LossKind kind, double targetDeviation) =>
        kind == LossKind.Mae ? targetDeviation : targetDeviation * targetDeviation;

    private static double Of(LossKind kind, double error) => kind switch
    {
        LossKind.Mse => error * error,
        LossKind.Mae => Math.Abs(error),
        LossKind.Huber => Math.Abs(error) <= 1 ? error * error / 2 : Math.Abs(error) - 0.5,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}

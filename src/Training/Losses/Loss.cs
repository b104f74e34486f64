using System.Runtime.CompilerServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Losses;

/// <summary>Losses of rows, computed in double precision, the same for every engine.</summary>
public static class Loss
{
    /// <summary>The probability that the true class is granted at least: a class that training never saw costs -ln of it.</summary>
    public const double SmallestProbability = 1e-7;

    /// <summary>The loss of every row, its weight included.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="outputs">Network outputs, row-major [rows, outputs]: standardised values, or class scores.</param>
    /// <param name="rows">The rows' targets and weights.</param>
    /// <returns>One loss per row, in standardised units.</returns>
    public static double[] PerRow(LossKind kind, ReadOnlySpan<float> outputs, EncodedRows rows)
    {
        var losses = new double[rows.Rows];
        var width = outputs.Length / Math.Max(1, rows.Rows);
        for (var row = 0; row < losses.Length; row++)
        {
            losses[row] = rows.WeightOf(row) * OfRow(kind, outputs.Slice(row * width, width), rows.Targets[row]);
        }

        return losses;
    }

    /// <summary>The mean loss over rows, in standardised units.</summary>
    /// <inheritdoc cref="PerRow"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Mean(LossKind kind, ReadOnlySpan<float> outputs, EncodedRows rows)
    {
        var (sum, width) = (0.0, outputs.Length / rows.Rows);
        for (var row = 0; row < rows.Rows; row++)
        {
            sum += rows.WeightOf(row) * OfRow(kind, outputs.Slice(row * width, width), rows.Targets[row]);
        }

        return sum / rows.Rows;
    }

    private static double OfRow(LossKind kind, ReadOnlySpan<float> outputs, float target)
    {
        var error = (double)outputs[0] - target;
        return kind switch
        {
            LossKind.Mse => error * error,
            LossKind.Mae => Math.Abs(error),
            LossKind.Huber => Math.Abs(error) <= 1 ? error * error / 2 : Math.Abs(error) - 0.5,
            LossKind.CrossEntropy => CrossEntropy(outputs, (int)target),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    private static double CrossEntropy(ReadOnlySpan<float> scores, int target) =>
        target < 0 ? -Math.Log(SmallestProbability) : Softmax.LogSumOfExponentials(scores) - scores[target];
}

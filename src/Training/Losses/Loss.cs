using System.Runtime.CompilerServices;
using Velodrome.Training.Encoding;

namespace Velodrome.Training.Losses;

/// <summary>Measures losses in double precision, the same for every engine.</summary>
public static class Loss
{
    /// <summary>A true class with a smaller probability than this costs -ln of this (16.1), as does a class that training never saw: one
    /// confident mistake must not outweigh everything else.</summary>
    public const double SmallestProbability = 1e-7;

    /// <summary>Computes the weighted loss of every row.</summary>
    /// <param name="kind">The loss.</param>
    /// <param name="outputs">Network outputs, row-major [rows, outputs]: standardised values, or class scores.</param>
    /// <param name="rows">The targets and weights of the same rows.</param>
    /// <param name="quantile">The quantile to predict, for the loss of quantiles, which is NaN without it.</param>
    /// <returns>[rows], in standardised units; multiply by <see cref="TargetEncoding.LossScale"/> for the target's own.</returns>
    public static double[] PerRow(LossKind kind, ReadOnlySpan<float> outputs, EncodedRows rows, double? quantile = null)
    {
        var ofRow = LossDefinition.Of(kind).OfRow;
        var losses = new double[rows.Rows];
        var width = outputs.Length / Math.Max(1, rows.Rows);
        for (var row = 0; row < losses.Length; row++)
        {
            losses[row] = rows.WeightOf(row) * ofRow(outputs.Slice(row * width, width), rows.Targets[row], quantile ?? double.NaN);
        }

        return losses;
    }

    /// <summary>Computes the mean of the weighted losses, in standardised units.</summary>
    /// <inheritdoc cref="PerRow"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Mean(LossKind kind, ReadOnlySpan<float> outputs, EncodedRows rows, double? quantile = null)
    {
        var ofRow = LossDefinition.Of(kind).OfRow;
        var (sum, width) = (0.0, outputs.Length / rows.Rows);
        for (var row = 0; row < rows.Rows; row++)
        {
            sum += rows.WeightOf(row) * ofRow(outputs.Slice(row * width, width), rows.Targets[row], quantile ?? double.NaN);
        }

        return sum / rows.Rows;
    }
}

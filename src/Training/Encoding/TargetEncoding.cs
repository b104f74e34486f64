using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>The target, standardised over the training rows.</summary>
/// <param name="Name">The column.</param>
/// <param name="Mean">Of the training rows, in the target's own units.</param>
/// <param name="StandardDeviation">Population standard deviation of the same.</param>
public sealed record TargetEncoding(string Name, double Mean, double StandardDeviation)
{
    /// <summary>Fits on the training rows, none of which may lack a target.</summary>
    /// <exception cref="RefusedException"><c>constantTarget</c>: all training rows have one value.</exception>
    public static TargetEncoding Fit(NumberColumn column, ReadOnlySpan<int> trainRows)
    {
        var values = new double[trainRows.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column.Values[trainRows[i]];
        }

        var moments = Moments.Of(values);
        if (moments.IsConstant)
        {
            throw new RefusedException("constantTarget", "target",
                $"Every training row has the same '{column.Name}' ({values[0]}): there is nothing to learn. Choose a target that varies, or a split that leaves it varying.");
        }

        return new(column.Name, moments.Mean, moments.StandardDeviation);
    }

    /// <summary>Standardises the targets of rows.</summary>
    public float[] Encode(NumberColumn column, ReadOnlySpan<int> rows)
    {
        var targets = new float[rows.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = (float)((column.Values[rows[i]] - Mean) / StandardDeviation);
        }

        return targets;
    }

    /// <summary>From the network's standardised output to the target's own units.</summary>
    public double Decode(float output) => output * StandardDeviation + Mean;
}

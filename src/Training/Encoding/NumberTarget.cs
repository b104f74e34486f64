using Velodrome.Training.Losses;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>A number to predict, standardised over the training rows.</summary>
/// <param name="Name">The column.</param>
/// <param name="Mean">Mean of the training rows, in the target's own unit.</param>
/// <param name="StandardDeviation">Population standard deviation of the same rows.</param>
public sealed record NumberTarget(string Name, double Mean, double StandardDeviation) : TargetEncoding(Name)
{
    public override int Outputs => 1;

    /// <summary>Whether the loss of a value is too large to compute with, see <see cref="NumberEncoding.LargestStandardised"/>.</summary>
    public bool IsTooFar(double value) => Math.Abs((value - Mean) / StandardDeviation) > NumberEncoding.LargestStandardised;

    /// <summary>Fits the encoding on the training rows.</summary>
    /// <exception cref="RefusedException"><c>constantTarget</c>: all training rows have the same value.</exception>
    public static NumberTarget Fit(NumberColumn column, ReadOnlySpan<int> trainRows)
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
                $"Every training row has the same '{column.Name}' ({values[0]}), so there is nothing to learn. " +
                "Choose a target that varies, or another split.");
        }

        return new(column.Name, moments.Mean, moments.StandardDeviation);
    }

    public override float[] Encode(Column column, ReadOnlySpan<int> rows)
    {
        var values = ((NumberColumn)column).Values;
        var targets = new float[rows.Length];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = (float)((values[rows[i]] - Mean) / StandardDeviation);
        }

        return targets;
    }

    public override double LossScale(LossKind loss) => LossDefinition.Of(loss).Scale(StandardDeviation);

    /// <summary>Converts a standardised network output to the target's own unit.</summary>
    public double Decode(float output) => output * StandardDeviation + Mean;
}

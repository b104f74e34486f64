using Velodrome.Training.Losses;
using Velodrome.Training.Tables;

namespace Velodrome.Training.Encoding;

/// <summary>A number to predict, standardised over the training rows.</summary>
/// <param name="Name">The column.</param>
/// <param name="Mean">Of the training rows, in the target's own units.</param>
/// <param name="StandardDeviation">Population standard deviation of the same.</param>
public sealed record NumberTarget(string Name, double Mean, double StandardDeviation) : TargetEncoding(Name)
{
    public override int Outputs => 1;

    /// <summary>Fits on the training rows.</summary>
    /// <exception cref="RefusedException"><c>constantTarget</c>: all training rows have one value.</exception>
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
                $"Every training row has the same '{column.Name}' ({values[0]}): there is nothing to learn. Choose a target that varies, or a split that leaves it varying.");
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

    public override double LossScale(LossKind loss) => loss == LossKind.Mae ? StandardDeviation : StandardDeviation * StandardDeviation;

    /// <summary>From the network's standardised output to the target's own units.</summary>
    public double Decode(float output) => output * StandardDeviation + Mean;
}

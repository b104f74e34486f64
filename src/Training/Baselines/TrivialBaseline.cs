using Velodrome.Training.Losses;

namespace Velodrome.Training.Baselines;

/// <summary>
/// The baseline that uses no feature: it always predicts the mean of the training target, or its quantile for the loss of quantiles, or
/// the class frequencies of the training rows. A network that is no better has learnt nothing. It is the mean for every other regression
/// loss, even where the median would be better.
/// </summary>
public sealed class TrivialBaseline
{
    private readonly float[] _outputs;

    private TrivialBaseline(float[] outputs) => _outputs = outputs;

    /// <summary>Fits the baseline of a target of numbers.</summary>
    /// <param name="targets">Targets of the training rows, at least one, in any unit, which is then the unit of the outputs.</param>
    /// <param name="quantile">The quantile to predict, above 0 and below 1; null for the mean.</param>
    /// <param name="weights">[rows]: how much each row counts; null if all count alike.</param>
    public static TrivialBaseline FitRegression(ReadOnlySpan<float> targets, double? quantile = null, float[]? weights = null)
    {
        if (quantile is { } share)
        {
            return new([Pinball.QuantileOf(targets.ToArray(), share, weights)]);
        }

        var (sum, total) = (0.0, 0.0);
        for (var row = 0; row < targets.Length; row++)
        {
            var weight = weights?[row] ?? 1.0;
            sum += weight * targets[row];
            total += weight;
        }

        return new([(float)(sum / total)]);
    }

    /// <summary>Fits the baseline of a target of classes.</summary>
    /// <param name="classes">Class indices of the training rows, at least one.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="weights">[rows]: how much each row counts; null if all count alike.</param>
    public static TrivialBaseline FitClasses(ReadOnlySpan<int> classes, int classCount, float[]? weights = null)
    {
        var counts = new double[classCount];
        for (var row = 0; row < classes.Length; row++)
        {
            counts[classes[row]] += weights?[row] ?? 1.0;
        }

        var total = counts.Sum();
        return new(Array.ConvertAll(counts, count => (float)Math.Log(Math.Max(count / total, Loss.SmallestProbability))));
    }

    /// <summary>Returns the same outputs for every row.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Row-major [rows, 1]: the mean or quantile; or [rows, classes]: scores whose softmax is the class frequencies.</returns>
    public float[] Outputs(int rows)
    {
        var outputs = new float[rows * _outputs.Length];
        for (var row = 0; row < rows; row++)
        {
            _outputs.CopyTo(outputs, row * _outputs.Length);
        }

        return outputs;
    }
}

namespace Velodrome.Training.Baselines;

/// <summary>
/// The baseline that looks at no feature: the mean of the training target, or how frequent each class was. A network that
/// does not beat it has learnt nothing. For MAE and Huber it is still the mean, not the median.
/// </summary>
public sealed class TrivialBaseline
{
    private readonly float[] _answer;

    private TrivialBaseline(float[] answer) => _answer = answer;

    /// <param name="targets">Of the training rows, at least one, in any units: the outputs have the same.</param>
    public static TrivialBaseline OfRegression(ReadOnlySpan<float> targets)
    {
        var sum = 0.0;
        foreach (var target in targets)
        {
            sum += target;
        }

        return new([(float)(sum / targets.Length)]);
    }

    /// <param name="classes">Of the training rows, at least one: indices from 0.</param>
    /// <param name="classCount">Number of classes.</param>
    public static TrivialBaseline OfClasses(ReadOnlySpan<int> classes, int classCount)
    {
        var counts = new double[classCount];
        foreach (var c in classes)
        {
            counts[c]++;
        }

        var rows = classes.Length;
        return new(Array.ConvertAll(counts, count => (float)Math.Log(Math.Max(count / rows, Evaluation.ClassificationMetrics.SmallestProbability))));
    }

    /// <summary>The same answer for every row.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Row-major [rows, 1], or [rows, classes]: class scores whose softmax are the training frequencies.</returns>
    public float[] Outputs(int rows)
    {
        var outputs = new float[rows * _answer.Length];
        for (var row = 0; row < rows; row++)
        {
            _answer.CopyTo(outputs, row * _answer.Length);
        }

        return outputs;
    }
}

using System.Numerics.Tensors;

namespace Velodrome.Training.Baselines;

/// <summary>
/// The baseline that a network has to be worth more than: a weighted sum of the encoded features, fitted exactly or nearly so.
/// For MAE and Huber it is still the least-squares fit.
/// </summary>
public sealed class LinearModel
{
    /// <summary>Features wider than this take longer to fit than most networks (the cost grows with the width squared): leave the baseline out, and say so.</summary>
    public const int MaxWidth = 2_000;

    /// <summary>Least squares has no single answer where features determine each other, as one-hot inputs do; this much ridge per
    /// row picks the smallest weights, and moves no other digit that matters.</summary>
    private const double TinyRidge = 1e-8;

    private readonly double[] _weights;
    private readonly int _width;

    /// <param name="weights">[Outputs][width + 1], flat: each output's weights, then its intercept.</param>
    /// <param name="width">Encoded features per row.</param>
    internal LinearModel(double[] weights, int width) => (_weights, _width, OutputCount) = (weights, width, weights.Length / (width + 1));

    /// <summary>Outputs per row: 1 for regression, or the number of classes.</summary>
    public int OutputCount { get; }

    /// <summary>Least squares by normal equations; the intercept is not penalised.</summary>
    /// <param name="features">Row-major [rows, width], roughly standardised, one-hot inputs as they are.</param>
    /// <param name="rows">Number of rows, at least one.</param>
    /// <param name="width">Encoded features per row.</param>
    /// <param name="targets">[rows], in any units: the outputs have the same.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static LinearModel FitRegression(ReadOnlySpan<float> features, int rows, int width, ReadOnlySpan<float> targets)
    {
        Check(features, rows, width, targets.Length);
        var weights = new double[width + 1];
        Span<double> truth = stackalloc double[FeatureBlocks.Size];
        for (var block = new FeatureBlocks(features, rows, width); block.Next();)
        {
            TensorPrimitives.ConvertSaturating(targets.Slice(block.First, block.Count), truth);
            for (var i = 0; i <= width; i++)
            {
                weights[i] += TensorPrimitives.Dot(block.Column(i), truth[..block.Count]);
            }
        }

        Penalised(FeatureBlocks.Gram(features, rows, width), width, TinyRidge * rows).Solve(weights);
        return new(weights, width);
    }

    /// <summary>Multinomial logistic regression with an L2 penalty, as scikit-learn's <c>LogisticRegression(C=1)</c>: half the sum of the
    /// squared weights beside the summed log loss, the intercepts free.</summary>
    /// <param name="features">Row-major [rows, width], roughly standardised, one-hot inputs as they are.</param>
    /// <param name="rows">Number of rows, at least one.</param>
    /// <param name="width">Encoded features per row.</param>
    /// <param name="classes">[rows]: indices from 0.</param>
    /// <param name="classCount">Number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static LinearModel FitClasses(ReadOnlySpan<float> features, int rows, int width, ReadOnlySpan<int> classes, int classCount)
    {
        Check(features, rows, width, classes.Length);
        return new(LogisticFit.Weights(features, rows, width, classes, classCount), width);
    }

    /// <summary>What the model says.</summary>
    /// <param name="features">Row-major [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Row-major [rows, <see cref="OutputCount"/>]: values in the targets' units, or class scores to put through a softmax.</returns>
    public float[] Outputs(ReadOnlySpan<float> features, int rows)
    {
        Check(features, rows, _width, rows);
        var outputs = new float[rows * OutputCount];
        Span<double> scores = stackalloc double[FeatureBlocks.Size];
        for (var block = new FeatureBlocks(features, rows, _width); block.Next();)
        {
            for (var output = 0; output < OutputCount; output++)
            {
                Scores(block, _weights.AsSpan(output * (_width + 1), _width + 1), scores[..block.Count]);
                for (var row = 0; row < block.Count; row++)
                {
                    outputs[(block.First + row) * OutputCount + output] = (float)scores[row];
                }
            }
        }

        return outputs;
    }

    /// <summary>One output of a block's rows.</summary>
    internal static void Scores(in FeatureBlocks block, ReadOnlySpan<double> weights, Span<double> scores)
    {
        scores.Fill(weights[^1]);
        for (var feature = 0; feature < weights.Length - 1; feature++)
        {
            TensorPrimitives.MultiplyAdd(block.Column(feature), weights[feature], scores, scores);
        }
    }

    /// <summary>Factors gram + ridge, the intercept at the end left free.</summary>
    internal static Cholesky Penalised(double[] gram, int width, double ridge)
    {
        for (var i = 0; i < width; i++)
        {
            gram[i * (width + 2)] += ridge;
        }

        return new(gram, width + 1);
    }

    private static void Check(ReadOnlySpan<float> features, int rows, int width, int answers)
    {
        if (features.Length != (long)rows * width || answers != rows)
        {
            throw new ArgumentException($"{rows} rows of {width} features need {(long)rows * width} numbers and {rows} answers; {features.Length} and {answers} were given.");
        }
    }
}

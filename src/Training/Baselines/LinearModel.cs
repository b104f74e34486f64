using System.Numerics.Tensors;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Baselines;

/// <summary>
/// The baseline that a network should beat: a weighted sum of the encoded features, fitted by least squares or logistic regression.
/// It is the least-squares fit for every regression loss, moved to the quantile for the loss of quantiles.
/// </summary>
public sealed class LinearModel
{
    /// <summary>Largest number of encoded features for a linear baseline. The cost grows with the square of the width, so with more, the
    /// fit would take longer than most networks.</summary>
    public const int MaxWidth = 2_000;

    /// <summary>Ridge penalty per row. Least squares has no unique solution where features determine each other, as one-hot inputs do;
    /// this penalty selects the smallest weights and changes the outputs by far less than single precision.</summary>
    private const double TinyRidge = 1e-8;

    private readonly double[] _weights;
    private readonly int _width;

    /// <param name="weights">[outputs][width + 1], flat: the weights of each output, then its intercept.</param>
    /// <param name="width">Encoded features per row.</param>
    internal LinearModel(double[] weights, int width) =>
        (_weights, _width, OutputCount) = (weights, width, weights.Length / (width + 1));

    /// <summary>Number of outputs per row: 1 for regression, the number of classes for classification.</summary>
    public int OutputCount { get; }

    /// <summary>Fits least squares by normal equations; the intercept is not penalised.</summary>
    /// <param name="features">Row-major [rows, width], roughly standardised numbers and one-hot inputs.</param>
    /// <param name="rows">Number of rows, at least one.</param>
    /// <param name="width">Encoded features per row.</param>
    /// <param name="targets">[rows], in any unit, which is then the unit of the outputs.</param>
    /// <param name="weights">[rows]: how much each row counts, 1 on average; null if all count alike.</param>
    /// <param name="cancellationToken">Checked for each block of rows, and for each row of the factorisation.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public static LinearModel FitRegression(
        ReadOnlySpan<float> features, int rows, int width, ReadOnlySpan<float> targets, float[]? weights = null,
        CancellationToken cancellationToken = default)
    {
        Check(features, rows, width, targets.Length);
        var fitted = new double[width + 1];
        Span<double> truth = stackalloc double[FeatureBlocks.Size];
        for (var block = new FeatureBlocks(features, rows, width, cancellationToken, weights); block.Next();)
        {
            TensorPrimitives.ConvertSaturating(targets.Slice(block.First, block.Count), truth);
            TensorPrimitives.Multiply(truth[..block.Count], block.Column(width), truth); // ones, or the roots of the weights
            for (var i = 0; i <= width; i++)
            {
                fitted[i] += TensorPrimitives.Dot(block.Column(i), truth[..block.Count]);
            }
        }

        var gram = FeatureBlocks.Gram(features, rows, width, cancellationToken, weights);
        FactorWithRidge(gram, width, TinyRidge * rows, cancellationToken).Solve(fitted);
        return new(fitted, width);
    }

    /// <summary>Fits least squares, and moves the intercept so that a share of the rows lies below the outputs: the least that is to be
    /// expected of a model of a quantile. The best linear model of a quantile has other weights where the spread of the targets
    /// depends on the features.</summary>
    /// <param name="features">Row-major [rows, width], roughly standardised numbers and one-hot inputs.</param>
    /// <param name="rows">Number of rows, at least one.</param>
    /// <param name="width">Encoded features per row.</param>
    /// <param name="targets">[rows], in any unit, which is then the unit of the outputs.</param>
    /// <param name="quantile">The share, above 0 and below 1.</param>
    /// <param name="weights">[rows]: how much each row counts, 1 on average; null if all count alike.</param>
    /// <param name="cancellationToken">Checked for each block of rows, and for each row of the factorisation.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public static LinearModel FitQuantile(
        ReadOnlySpan<float> features, int rows, int width, ReadOnlySpan<float> targets, double quantile,
        float[]? weights = null, CancellationToken cancellationToken = default)
    {
        var model = FitRegression(features, rows, width, targets, weights, cancellationToken);
        var residuals = model.Outputs(features, rows, cancellationToken);
        TensorPrimitives.Subtract(targets, residuals, residuals);
        model._weights[^1] += Pinball.QuantileOf(residuals, quantile, weights);
        return model;
    }

    /// <summary>Fits multinomial logistic regression with an L2 penalty, as scikit-learn's <c>LogisticRegression(C=1)</c> does: it
    /// minimises the summed log loss plus half the sum of squared weights, without a penalty on the intercepts.</summary>
    /// <param name="features">Row-major [rows, width], roughly standardised numbers and one-hot inputs.</param>
    /// <param name="rows">Number of rows, at least one.</param>
    /// <param name="width">Encoded features per row.</param>
    /// <param name="classes">[rows]: indices from 0.</param>
    /// <param name="classCount">Number of classes, at least 2.</param>
    /// <param name="weights">[rows]: how much each row counts, 1 on average; null if all count alike.</param>
    /// <param name="cancellationToken">Checked for each block of rows, and for each row of the factorisation.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public static LinearModel FitClasses(
        ReadOnlySpan<float> features, int rows, int width, ReadOnlySpan<int> classes, int classCount,
        float[]? weights = null, CancellationToken cancellationToken = default)
    {
        Check(features, rows, width, classes.Length);
        return new(LogisticRegression.Fit(features, rows, width, classes, classCount, weights, cancellationToken), width);
    }

    /// <summary>Computes the model's outputs.</summary>
    /// <param name="features">Row-major [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="cancellationToken">Checked for each block of rows.</param>
    /// <returns>Row-major [rows, <see cref="OutputCount"/>]: values in the unit of the targets, or class scores for a softmax.</returns>
    public float[] Outputs(ReadOnlySpan<float> features, int rows, CancellationToken cancellationToken = default)
    {
        Check(features, rows, _width, rows);
        var outputs = new float[rows * OutputCount];
        Span<double> scores = stackalloc double[FeatureBlocks.Size];
        for (var block = new FeatureBlocks(features, rows, _width, cancellationToken); block.Next();)
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

    /// <summary>Computes one output for the rows of a block.</summary>
    internal static void Scores(in FeatureBlocks block, ReadOnlySpan<double> weights, Span<double> scores)
    {
        scores.Fill(weights[^1]);
        for (var feature = 0; feature < weights.Length - 1; feature++)
        {
            TensorPrimitives.MultiplyAdd(block.Column(feature), weights[feature], scores, scores);
        }
    }

    /// <summary>Factors gram + ridge · I, without a ridge on the intercept, which comes last.</summary>
    internal static Cholesky FactorWithRidge(double[] gram, int width, double ridge, CancellationToken cancellationToken)
    {
        for (var i = 0; i < width; i++)
        {
            gram[i * (width + 2)] += ridge;
        }

        return new(gram, width + 1, cancellationToken);
    }

    private static void Check(ReadOnlySpan<float> features, int rows, int width, int targets)
    {
        if (features.Length != (long)rows * width || targets != rows)
        {
            throw new ArgumentException(
                $"Expected {(long)rows * width} features, for {rows} rows of {width}, and {rows} targets; " +
                $"got {features.Length} features and {targets} targets.");
        }
    }
}

using System.Numerics.Tensors;

namespace Velodrome.Training.Baselines;

/// <summary>
/// Fits multinomial logistic regression without a Hessian per step. Half of XᵀX bounds the curvature of every class at all weights
/// (Böhning, "Multinomial logistic regression algorithm", Ann. Inst. Statist. Math. 44, 1992), so one factorisation serves all
/// steps and no step overshoots. Steps use momentum, which restarts when it points uphill (Nesterov 1983; O'Donoghue and Candès,
/// "Adaptive restart for accelerated gradient schemes", 2015).
/// </summary>
internal static class LogisticRegression
{
    private const int MaxSteps = 200;

    /// <summary>Iteration stops when a step is expected to lower the mean loss per row by no more than this.</summary>
    private const double Tolerance = 1e-8;

    /// <summary>Fits the weights; see <see cref="LinearModel.FitClasses"/>.</summary>
    /// <returns>[classCount][width + 1], flat: the weights of each class, then its intercept.</returns>
    public static double[] Fit(
        ReadOnlySpan<float> features, int rows, int width, ReadOnlySpan<int> classes, int classCount, float[]? rowWeights,
        CancellationToken cancellationToken)
    {
        // scikit-learn fits two classes with one weight vector. Here they get two opposite vectors of half its length, which need twice
        // the penalty for the same result.
        var penalty = classCount == 2 ? 2.0 : 1.0;
        var size = width + 1;
        var gram = FeatureBlocks.Gram(features, rows, width, cancellationToken, rowWeights);
        TensorPrimitives.Multiply(gram, 0.5, gram);
        var curvature = LinearModel.FactorWithRidge(gram, width, penalty, cancellationToken);

        var (weights, ahead) = (new double[classCount * size], new double[classCount * size]);
        var (gradient, step) = (new double[classCount * size], new double[classCount * size]);
        for (var (taken, momentum) = (0, 1.0); taken < MaxSteps; taken++)
        {
            Gradient(features, rows, width, classes, rowWeights, ahead, gradient, cancellationToken);
            for (var c = 0; c < classCount; c++)
            {
                var penalised = gradient.AsSpan(c * size, width);
                TensorPrimitives.MultiplyAdd(ahead.AsSpan(c * size, width), penalty, penalised, penalised);
            }

            gradient.CopyTo(step, 0);
            for (var c = 0; c < classCount; c++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                curvature.Solve(step.AsSpan(c * size, size));
            }

            var expectedGain = TensorPrimitives.Dot<double>(gradient, step) / 2;
            TensorPrimitives.Subtract(ahead, step, step);                      // the weights after the step
            TensorPrimitives.Subtract(step, weights, weights);                 // their difference from the weights before
            var uphill = TensorPrimitives.Dot<double>(gradient, weights) > 0;
            var next = uphill ? 1 : (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            TensorPrimitives.MultiplyAdd(weights, uphill ? 0 : (momentum - 1) / next, step, ahead);
            (weights, step, momentum) = (step, weights, next);
            if (expectedGain <= Tolerance * rows)
            {
                break;
            }
        }

        return weights;
    }

    /// <summary>XᵀW(P - Y): the gradient of the weighted sum of the log losses.</summary>
    private static void Gradient(
        ReadOnlySpan<float> features, int rows, int width, ReadOnlySpan<int> classes, float[]? rowWeights, double[] weights,
        double[] gradient, CancellationToken cancellationToken)
    {
        var size = width + 1;
        var classCount = weights.Length / size;
        var scores = new double[classCount][];
        Array.Clear(gradient);
        for (var block = new FeatureBlocks(features, rows, width, cancellationToken); block.Next();)
        {
            for (var c = 0; c < classCount; c++)
            {
                scores[c] ??= new double[FeatureBlocks.Size];
                LinearModel.Scores(block, weights.AsSpan(c * size, size), scores[c].AsSpan(0, block.Count));
            }

            Errors(scores, classes.Slice(block.First, block.Count));
            if (rowWeights is not null)
            {
                Weigh(scores, rowWeights.AsSpan(block.First, block.Count));
            }

            for (var c = 0; c < classCount; c++)
            {
                for (var i = 0; i < size; i++)
                {
                    gradient[c * size + i] += TensorPrimitives.Dot(block.Column(i), scores[c].AsSpan(0, block.Count));
                }
            }
        }
    }

    /// <summary>Multiplies the errors of each row by its weight.</summary>
    private static void Weigh(double[][] errors, ReadOnlySpan<float> rowWeights)
    {
        Span<double> weights = stackalloc double[rowWeights.Length];
        TensorPrimitives.ConvertSaturating(rowWeights, weights);
        foreach (var each in errors)
        {
            TensorPrimitives.Multiply(each.AsSpan(0, weights.Length), weights, each);
        }
    }

    /// <summary>Replaces scores by probabilities minus the truth. The largest score is subtracted first, to avoid overflow.</summary>
    private static void Errors(double[][] scores, ReadOnlySpan<int> classes)
    {
        Span<double> largest = stackalloc double[classes.Length];
        Span<double> sum = stackalloc double[classes.Length];
        largest.Fill(double.NegativeInfinity);
        foreach (var each in scores)
        {
            TensorPrimitives.Max(largest, each.AsSpan(0, largest.Length), largest);
        }

        sum.Clear();
        foreach (var each in scores)
        {
            var probabilities = each.AsSpan(0, sum.Length);
            TensorPrimitives.Subtract(probabilities, largest, probabilities);
            TensorPrimitives.Exp(probabilities, probabilities);
            TensorPrimitives.Add(sum, probabilities, sum);
        }

        foreach (var each in scores)
        {
            TensorPrimitives.Divide(each.AsSpan(0, sum.Length), sum, each.AsSpan(0, sum.Length));
        }

        for (var row = 0; row < classes.Length; row++)
        {
            scores[classes[row]][row]--;
        }
    }
}

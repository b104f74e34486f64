using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>A row's loss and its gradient by the network's outputs, where the backward pass starts.</summary>
internal static class LossFunctions<TVector>
    where TVector : struct, IVector<TVector>
{
    private static int Width => TVector.Width;

    /// <summary>The loss of one number, and its derivative.</summary>
    /// <param name="kind">A regression loss.</param>
    /// <param name="error">Output - target.</param>
    /// <param name="quantile">The quantile to predict; other losses than that of quantiles do not use it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (float Loss, float Derivative) Evaluate(LossKind kind, float error, double quantile) => kind switch
    {
        LossKind.Mse => (error * error, 2 * error),
        LossKind.Mae => (MathF.Abs(error), error > 0 ? 1 : error < 0 ? -1 : error),
        LossKind.Huber when MathF.Abs(error) > 1 => (MathF.Abs(error) - 0.5f, error > 0 ? 1 : -1),
        LossKind.Huber => (0.5f * error * error, error),
        LossKind.Quantile when error > 0 => ((float)(1 - quantile) * error, (float)(1 - quantile)),
        LossKind.Quantile => (-(float)quantile * error, error < 0 ? -(float)quantile : error + (float)(0.5 - quantile)),
        _ => throw new InvalidOperationException($"{kind} is not a regression loss."),
    };

    /// <summary>-ln softmax(scores)[target] (Bridle 1990). Its gradient by the scores is softmax(scores), minus 1 for the target.</summary>
    /// <param name="scores">Scores per class.</param>
    /// <param name="gradients">Receives <paramref name="weight"/> times the gradient.</param>
    /// <param name="chunk">The row's chunk.</param>
    /// <param name="row">The row's index in the chunk.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="target">The true class.</param>
    /// <param name="weight">Factor of the gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float CrossEntropy(
        PanelMatrix<TVector> scores, PanelMatrix<TVector> gradients, int chunk, int row, int classes, int target, float weight)
    {
        var largest = float.NegativeInfinity;
        for (var i = 0; i < classes; i++)
        {
            largest = Math.Max(largest, scores.Row(chunk, i / Width, row)[i % Width]);
        }

        var sum = 0f;
        for (var panel = 0; panel < scores.Panels; panel++)
        {
            var exponentials = gradients.Row(chunk, panel, row);
            StoreExponentials(ref scores.At(chunk, panel, row), largest, ref exponentials[0]);
            exponentials[Math.Min(Width, classes - panel * Width)..].Clear();
            foreach (var exponential in exponentials)
            {
                sum += exponential;
            }
        }

        for (var panel = 0; panel < scores.Panels; panel++)
        {
            foreach (ref var gradient in gradients.Row(chunk, panel, row))
            {
                gradient *= weight / sum;
            }
        }

        gradients.Row(chunk, target / Width, row)[target % Width] -= weight;
        return MathF.Log(sum) + largest - scores.Row(chunk, target / Width, row)[target % Width];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreExponentials(ref float scores, float largest, ref float exponentials)
    {
        TVector.Store(VectorMath<TVector>.Exp(TVector.Load(ref scores) - TVector.Of(largest)), ref exponentials);
    }
}

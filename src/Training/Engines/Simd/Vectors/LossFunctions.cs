using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Losses;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>A row's loss, and its slopes by the outputs: where the way back starts.</summary>
internal static class LossFunctions<TVector>
    where TVector : struct, IVector<TVector>
{
    private static int Panel => TVector.Width;

    /// <summary>Loss of a number that was foretold, and its slope.</summary>
    /// <param name="kind">Which loss.</param>
    /// <param name="error">Output less target.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (float Loss, float Slope) Evaluate(LossKind kind, float error) => kind switch
    {
        LossKind.Mse => (error * error, 2 * error),
        LossKind.Mae => (MathF.Abs(error), error > 0 ? 1 : error < 0 ? -1 : error),
        LossKind.Huber when MathF.Abs(error) > 1 => (MathF.Abs(error) - 0.5f, error > 0 ? 1 : -1),
        LossKind.Huber => (0.5f * error * error, error),
        _ => throw new InvalidOperationException($"No such loss of a number: {kind}."),
    };

    /// <summary>-ln softmax(scores)[target] (Bridle 1990), and its slopes: softmax(scores), less 1 for the target.</summary>
    /// <param name="scores">Scores per class.</param>
    /// <param name="slopes">Receives <paramref name="weight"/> times the slopes.</param>
    /// <param name="chunk">The row's chunk.</param>
    /// <param name="row">Its place there.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="target">The true one.</param>
    /// <param name="weight">What slopes are multiplied with.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float CrossEntropy(PanelMatrix<TVector> scores, PanelMatrix<TVector> slopes, int chunk, int row, int classes, int target, float weight)
    {
        var largest = float.NegativeInfinity;
        for (var i = 0; i < classes; i++)
        {
            largest = Math.Max(largest, scores.Row(chunk, i / Panel, row)[i % Panel]);
        }

        var sum = 0f;
        for (var panel = 0; panel < scores.Panels; panel++)
        {
            var exponentials = slopes.Row(chunk, panel, row);
            Exponentials(ref scores.At(chunk, panel, row), largest, ref exponentials[0]);
            exponentials[Math.Min(Panel, classes - panel * Panel)..].Clear();
            foreach (var exponential in exponentials)
            {
                sum += exponential;
            }
        }

        for (var panel = 0; panel < scores.Panels; panel++)
        {
            foreach (ref var slope in slopes.Row(chunk, panel, row))
            {
                slope *= weight / sum;
            }
        }

        slopes.Row(chunk, target / Panel, row)[target % Panel] -= weight;
        return MathF.Log(sum) + largest - scores.Row(chunk, target / Panel, row)[target % Panel];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials(ref float scores, float largest, ref float exponentials)
    {
        TVector.Store(VectorMath<TVector>.Exp(TVector.Load(ref scores) - TVector.Of(largest)), ref exponentials);
    }
}

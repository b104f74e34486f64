using Velodrome.Training.Networks;
using Velodrome.Training.Random;

namespace Velodrome.Training.Engines;

/// <summary>Which hidden units a step leaves out: a function of seed, step and place alone, so that every engine, and a resumed
/// run, leaves out the same ones. Inverted dropout (Srivastava et al. 2014): what stays is scaled up.</summary>
public static class DropoutMask
{
    /// <summary>Fills a mask with 0 and 1 / (1 - rate).</summary>
    /// <param name="mask">Row-major [rows of the batch, units of the layer].</param>
    /// <param name="rate">Share of units left out.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">Optimiser updates made before this one.</param>
    /// <param name="layer">Index of the hidden layer.</param>
    public static void Fill(Span<float> mask, double rate, long seed, long step, int layer)
    {
        var random = new RandomNumbers(seed, RandomPurpose.Dropout, step * NetworkOptions.MaxHiddenLayers + layer);
        var (threshold, kept) = ((float)rate, (float)(1 / (1 - rate)));
        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = random.FloatAt((ulong)i) < threshold ? 0 : kept;
        }
    }
}

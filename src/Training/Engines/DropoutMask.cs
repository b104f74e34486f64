using System.Runtime.CompilerServices;
using Velodrome.Training.Networks;
using Velodrome.Training.Random;

namespace Velodrome.Training.Engines;

/// <summary>
/// The dropout mask of one hidden layer in one step: 0 for a unit that is switched off, 1 / (1 - rate) for one that stays (inverted
/// dropout, Srivastava et al. 2014). It depends only on seed, step, layer and position, so every engine and every resumed run
/// switches off the same units.
/// </summary>
/// <param name="rate">Share of units that are switched off, 0 to 0.9.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="step">Optimiser updates before this step.</param>
/// <param name="layer">Index of the hidden layer, from 0.</param>
internal readonly struct DropoutMask(double rate, long seed, long step, int layer)
{
    private readonly RandomNumbers _random = new(seed, RandomPurpose.Dropout, step * NetworkOptions.MaxHiddenLayers + layer);
    private readonly float _rate = (float)rate;
    private readonly float _scale = (float)(1 / (1 - rate));

    /// <summary>The factor of one value.</summary>
    /// <param name="position">Row in the batch x units of the layer + unit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(ulong position) => _random.FloatAt(position) < _rate ? 0 : _scale;

    /// <summary>The factors of a whole batch, row-major [rows of the batch, units of the layer].</summary>
    public void Fill(Span<float> factors)
    {
        for (var i = 0; i < factors.Length; i++)
        {
            factors[i] = At((ulong)i);
        }
    }
}

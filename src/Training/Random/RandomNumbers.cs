using System.Runtime.CompilerServices;

namespace Velodrome.Training.Random;

/// <summary>
/// Random numbers by position: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), a counter put through a mixing function, so that any
/// number can be computed without those before it.
/// </summary>
/// <param name="seed">Seed of the run or of the split.</param>
/// <param name="purpose">What the numbers are used for.</param>
/// <param name="index">Usually the epoch or the step.</param>
public readonly struct RandomNumbers(long seed, RandomPurpose purpose, long index)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private readonly ulong _start = Mix(Mix(Mix((ulong)seed + Gamma) + (ulong)purpose) + (ulong)index);

    /// <summary>The number at a position.</summary>
    /// <param name="position">From 0.</param>
    /// <returns>64 random bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong At(ulong position) => Mix(_start + (position + 1) * Gamma);

    /// <summary>A number uniform in [0, 1) with 24 random bits, as many as a float holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float FloatAt(ulong position) => (At(position) >> 40) * (1f / (1 << 24));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

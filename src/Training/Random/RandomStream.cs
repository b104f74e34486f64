using System.Runtime.CompilerServices;

namespace Velodrome.Training.Random;

/// <summary>
/// Random numbers, drawn one after the other, that are a pure function of (seed, purpose, index): a run that is resumed at epoch
/// 30 draws what it would have drawn, and needs no saved generator.
/// </summary>
/// <param name="seed">The run's seed, or the split's.</param>
/// <param name="purpose">What the numbers are for.</param>
/// <param name="index">Usually the epoch or the step.</param>
public sealed class RandomStream(long seed, RandomPurpose purpose, long index = 0)
{
    private readonly RandomNumbers _numbers = new(seed, purpose, index);
    private ulong _drawn;

    /// <summary>Uniform in [0, 1), 53 bits of it.</summary>
    public double NextDouble() => (_numbers.At(_drawn++) >> 11) * (1.0 / (1L << 53));

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias that could be seen (Lemire 2019, no rejection).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextInt(int bound) => (int)Math.BigMul(_numbers.At(_drawn++), (ulong)bound, out _);

    /// <summary>A random order (Fisher and Yates, in Durstenfeld's form).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Shuffle(Span<int> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}

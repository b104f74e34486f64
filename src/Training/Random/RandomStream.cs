using System.Runtime.CompilerServices;

namespace Velodrome.Training.Random;

/// <summary>
/// A sequence of random numbers that depends only on (seed, purpose, index): a run that is resumed at epoch 30 draws the same numbers
/// as without the interruption, and no generator state is saved.
/// </summary>
/// <param name="seed">Seed of the run or of the split.</param>
/// <param name="purpose">What the numbers are used for.</param>
/// <param name="index">Usually the epoch or the step.</param>
public sealed class RandomStream(long seed, RandomPurpose purpose, long index = 0)
{
    private readonly RandomNumbers _numbers = new(seed, purpose, index);
    private ulong _drawn;

    /// <summary>A number uniform in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (_numbers.At(_drawn++) >> 11) * (1.0 / (1L << 53));

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A whole number uniform in [0, <paramref name="bound"/>), with a negligible bias (Lemire 2019, without rejection).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextInt(int bound) => (int)Math.BigMul(_numbers.At(_drawn++), (ulong)bound, out _);

    /// <summary>Shuffles items (Fisher and Yates, in Durstenfeld's form).</summary>
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

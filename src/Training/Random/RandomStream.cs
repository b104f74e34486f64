namespace Velodrome.Training.Random;

/// <summary>What a stream's numbers are for: streams of different purposes do not disturb each other.</summary>
public enum RandomPurpose
{
    InitialWeights = 1,
    RowOrder = 2,
    Dropout = 3,
    Split = 4,
    Bootstrap = 5,
}

/// <summary>
/// Random numbers that are a pure function of (seed, purpose, index): a run that is resumed at epoch 30 draws what it would
/// have drawn, and needs no saved generator. SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), which is a counter put through
/// a mixing function, so that the n-th number can also be had directly.
/// </summary>
/// <param name="seed">The run's seed, or the split's.</param>
/// <param name="purpose">What the numbers are for.</param>
/// <param name="index">Usually the epoch or the step.</param>
public sealed class RandomStream(long seed, RandomPurpose purpose, long index = 0)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private readonly ulong _start = Mix(Mix(Mix((ulong)seed + Gamma) + (ulong)purpose) + (ulong)index);
    private ulong _drawn;

    /// <summary>The number at a position of the stream, without moving through it.</summary>
    /// <param name="position">From 0.</param>
    /// <returns>64 random bits.</returns>
    public ulong At(ulong position) => Mix(_start + (position + 1) * Gamma);

    /// <summary>Uniform in [0, 1), 24 bits of it: what a float can hold.</summary>
    public float FloatAt(ulong position) => (At(position) >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), 53 bits of it.</summary>
    public double NextDouble() => (At(_drawn++) >> 11) * (1.0 / (1L << 53));

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias that could be seen (Lemire 2019, no rejection).</summary>
    public int NextInt(int bound) => (int)Math.BigMul(At(_drawn++), (ulong)bound, out _);

    /// <summary>A random order (Fisher and Yates, in Durstenfeld's form).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

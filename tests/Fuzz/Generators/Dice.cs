namespace Velodrome.Fuzz.Generators;

/// <summary>Random choices that depend only on the seed and the number of a request.</summary>
internal sealed class Dice(int seed, long number)
{
    private readonly Random _random = new(unchecked((int)((seed * 0x9E3779B1L + number * 0x85EBCA77L) >> 7)));

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public int Below(int count) => _random.Next(count);

    public int Between(int first, int last) => _random.Next(first, last + 1);

    public byte Octet() => (byte)_random.Next(256);

    public T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}

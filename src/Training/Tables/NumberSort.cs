using System.Runtime.InteropServices;

namespace Velodrome.Training.Tables;

/// <summary>
/// Sorts numbers by their bits, eleven at a time from the lowest (radix sort; Knuth, "The Art of Computer Programming" 3, section 5.2.5).
/// For columns of a table it is several times as fast as a sort that compares.
/// </summary>
internal static class NumberSort
{
    private const int DigitBits = 11;
    private const int Digits = 6;
    private const int Buckets = 1 << DigitBits;

    /// <summary>Shorter spans are sorted faster by comparisons.</summary>
    private const int SmallLength = 2_000;

    /// <summary>Sorts in place, ascending; NaN comes first, and -0 before 0.</summary>
    public static void Sort(Span<double> values)
    {
        if (values.Length < SmallLength)
        {
            values.Sort();
            return;
        }

        var keys = MemoryMarshal.Cast<double, ulong>(values);
        foreach (ref var key in keys)
        {
            key = KeyOf(key);
        }

        Sort(keys);
        foreach (ref var key in keys)
        {
            key = BitsOf(key);
        }
    }

    /// <summary>Sorts in place, ascending.</summary>
    public static void Sort(Span<ulong> keys)
    {
        if (keys.Length < SmallLength)
        {
            keys.Sort();
            return;
        }

        var counts = CountDigits(keys);
        var source = keys;
        var target = GC.AllocateUninitializedArray<ulong>(keys.Length).AsSpan();
        for (var digit = 0; digit < Digits; digit++)
        {
            var starts = counts.AsSpan(digit * Buckets, Buckets);
            if (starts[DigitOf(source[0], digit)] == source.Length)
            {
                continue; // all keys have the same digit
            }

            var start = 0;
            foreach (ref var bucket in starts)
            {
                (bucket, start) = (start, start + bucket);
            }

            foreach (var key in source)
            {
                target[starts[DigitOf(key, digit)]++] = key;
            }

            var sorted = target;
            target = source;
            source = sorted;
        }

        source.CopyTo(keys);
    }

    /// <summary>Counts how often each digit has each value.</summary>
    private static int[] CountDigits(ReadOnlySpan<ulong> keys)
    {
        var counts = new int[Digits * Buckets];
        foreach (var key in keys)
        {
            for (var digit = 0; digit < Digits; digit++)
            {
                counts[digit * Buckets + DigitOf(key, digit)]++;
            }
        }

        return counts;
    }

    private static int DigitOf(ulong key, int digit) => (int)(key >> (digit * DigitBits)) & (Buckets - 1);

    /// <summary>An integer that is in the order of the numbers: the bits of a positive number, with the sign inverted, and those of a
    /// negative number, all inverted.</summary>
    private static ulong KeyOf(ulong bits) => double.IsNaN(BitConverter.UInt64BitsToDouble(bits)) ? 0
        : bits ^ ((ulong)((long)bits >> 63) | 1UL << 63);

    private static ulong BitsOf(ulong key) => key == 0 ? BitConverter.DoubleToUInt64Bits(double.NaN)
        : key ^ ((ulong)((long)~key >> 63) | 1UL << 63);
}

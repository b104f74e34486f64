using System.Runtime.InteropServices;

namespace Velodrome.Training.Engines.Simd;

/// <summary>Zeroed floats that start at a cache line and stay where they are.</summary>
internal readonly struct Memory
{
    private const int CacheLine = 64;

    private readonly float[] _array;
    private readonly int _start;

    public Memory(int length)
    {
        _array = GC.AllocateArray<float>(length + CacheLine / sizeof(float), pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) & (CacheLine - 1)) / sizeof(float);
    }

    private Memory(Memory whole, int at) => (_array, _start) = (whole._array, whole._start + at);

    public ref float this[int at] => ref _array[_start + at];

    public Span<float> Slice(int at, int length) => _array.AsSpan(_start + at, length);

    /// <summary>Several in one piece, so that small ones are not outweighed by what each piece costs.</summary>
    public static Memory[] Several(IReadOnlyCollection<int> lengths)
    {
        var at = 0;
        var whole = new Memory(lengths.Sum(InWholeLines));
        return [.. lengths.Select(length => new Memory(whole, (at += InWholeLines(length)) - InWholeLines(length)))];
    }

    private static int InWholeLines(int length) => (length * sizeof(float) + CacheLine - 1) / CacheLine * (CacheLine / sizeof(float));
}

using System.Runtime.InteropServices;

namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>Zeroed floats that start at a cache line and never move.</summary>
internal readonly struct AlignedBuffer
{
    private const int CacheLine = 64;

    private readonly float[] _array;
    private readonly int _start;

    public AlignedBuffer(int length)
    {
        _array = GC.AllocateArray<float>(length + CacheLine / sizeof(float), pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) & (CacheLine - 1)) / sizeof(float);
    }

    private AlignedBuffer(AlignedBuffer whole, int offset) => (_array, _start) = (whole._array, whole._start + offset);

    public ref float this[int index] => ref _array[_start + index];

    public Span<float> Slice(int start, int length) => _array.AsSpan(_start + start, length);

    /// <summary>Allocates several buffers in one array. Small buffers would otherwise cost more in overhead than in floats.</summary>
    public static AlignedBuffer[] AllocateMany(IReadOnlyCollection<int> lengths)
    {
        var end = 0;
        var whole = new AlignedBuffer(lengths.Sum(RoundUpToCacheLines));
        return [.. lengths.Select(RoundUpToCacheLines).Select(length => new AlignedBuffer(whole, (end += length) - length))];
    }

    private static int RoundUpToCacheLines(int length) =>
        (length * sizeof(float) + CacheLine - 1) / CacheLine * (CacheLine / sizeof(float));
}

using System.Runtime.InteropServices;

namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>Zeroed floats that start at a cache line and stay where they are.</summary>
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

    private AlignedBuffer(AlignedBuffer whole, int at) => (_array, _start) = (whole._array, whole._start + at);

    public ref float this[int at] => ref _array[_start + at];

    public Span<float> Slice(int at, int length) => _array.AsSpan(_start + at, length);

    /// <summary>Several in one piece, so that small ones are not outweighed by what each piece costs.</summary>
    public static AlignedBuffer[] AllocateMany(IReadOnlyCollection<int> lengths)
    {
        var at = 0;
        var whole = new AlignedBuffer(lengths.Sum(RoundUpToCacheLines));
        return [.. lengths.Select(length => new AlignedBuffer(whole, (at += RoundUpToCacheLines(length)) - RoundUpToCacheLines(length)))];
    }

    private static int RoundUpToCacheLines(int length) => (length * sizeof(float) + CacheLine - 1) / CacheLine * (CacheLine / sizeof(float));
}

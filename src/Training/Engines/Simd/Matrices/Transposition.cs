using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>Turns rows into columns, four by four.</summary>
internal static class Transposition
{
    /// <summary>Rows and columns of a block.</summary>
    public const int Size = 4;

    /// <summary>Transposes a strip of blocks beside each other into blocks below each other.</summary>
    /// <param name="columns">Columns of the strip, a multiple of four.</param>
    /// <param name="from">First of the four rows.</param>
    /// <param name="to">First of the columns.</param>
    /// <param name="stride">Floats from row to row, here and there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Strip(int columns, ref float from, ref float to, int stride)
    {
        for (var column = 0; column < columns; column += Size)
        {
            var (a, c) = Zip(Row(ref from, column, 0, stride), Row(ref from, column, 2, stride));
            var (b, d) = Zip(Row(ref from, column, 1, stride), Row(ref from, column, 3, stride));
            ref var start = ref Unsafe.Add(ref to, column * stride);
            var (first, second) = Zip(a, b);
            first.StoreUnsafe(ref start);
            second.StoreUnsafe(ref Unsafe.Add(ref start, stride));
            (first, second) = Zip(c, d);
            first.StoreUnsafe(ref Unsafe.Add(ref start, 2 * stride));
            second.StoreUnsafe(ref Unsafe.Add(ref start, 3 * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Row(ref float from, int column, int row, int stride) => Vector128.LoadUnsafe(ref Unsafe.Add(ref from, row * stride + column));

    /// <summary>(x0 y0 x1 y1) and (x2 y2 x3 y3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Zip(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? (Sse.UnpackLow(x, y), Sse.UnpackHigh(x, y))
        : AdvSimd.Arm64.IsSupported ? (AdvSimd.Arm64.ZipLow(x, y), AdvSimd.Arm64.ZipHigh(x, y))
        : (Vector128.Create(x[0], y[0], x[1], y[1]), Vector128.Create(x[2], y[2], x[3], y[3]));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>Transposes blocks of four rows and four columns.</summary>
internal static class Transposition
{
    /// <summary>Rows and columns of a block.</summary>
    public const int Size = 4;

    /// <summary>Transposes four rows into four columns.</summary>
    /// <param name="columns">Columns of the source, a multiple of four; rows of the destination.</param>
    /// <param name="source">First of the four rows.</param>
    /// <param name="destination">Receives the columns.</param>
    /// <param name="stride">Floats from one row to the next, in the source and in the destination.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransposeRows(int columns, ref float source, ref float destination, int stride)
    {
        for (var column = 0; column < columns; column += Size)
        {
            var (a, c) = Zip(LoadRow(ref source, column, 0, stride), LoadRow(ref source, column, 2, stride));
            var (b, d) = Zip(LoadRow(ref source, column, 1, stride), LoadRow(ref source, column, 3, stride));
            ref var block = ref Unsafe.Add(ref destination, column * stride);
            var (first, second) = Zip(a, b);
            first.StoreUnsafe(ref block);
            second.StoreUnsafe(ref Unsafe.Add(ref block, stride));
            (first, second) = Zip(c, d);
            first.StoreUnsafe(ref Unsafe.Add(ref block, 2 * stride));
            second.StoreUnsafe(ref Unsafe.Add(ref block, 3 * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LoadRow(ref float source, int column, int row, int stride) =>
        Vector128.LoadUnsafe(ref Unsafe.Add(ref source, row * stride + column));

    /// <summary>(x0 y0 x1 y1) and (x2 y2 x3 y3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Zip(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? (Sse.UnpackLow(x, y), Sse.UnpackHigh(x, y))
        : AdvSimd.Arm64.IsSupported ? (AdvSimd.Arm64.ZipLow(x, y), AdvSimd.Arm64.ZipHigh(x, y))
        : (Vector128.Create(x[0], y[0], x[1], y[1]), Vector128.Create(x[2], y[2], x[3], y[3]));
}

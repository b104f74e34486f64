using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>How a matrix in panels is walked along its inner dimension: across its rows, or down its columns (transposed).</summary>
internal interface IOperand
{
    /// <summary>Floats from one row of the product to the next, in a matrix whose panels are <paramref name="panel"/> wide.</summary>
    static abstract int RowStride(int panel);

    /// <summary>Floats from one step of the inner sum to the next.</summary>
    static abstract int TermStride(int panel);
}

/// <summary>A B: the inner sum runs across the rows of A.</summary>
internal readonly struct NoTranspose : IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RowStride(int panel) => panel;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TermStride(int panel) => 1;
}

/// <summary>Aᵀ B: the inner sum runs down the columns of A.</summary>
internal readonly struct Transpose : IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RowStride(int panel) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TermStride(int panel) => panel;
}

/// <summary>Where the inner sum of a product goes: <paramref name="Terms"/> terms, of which every <paramref name="RunLength"/> lie
/// side by side, and then both matrices jump.</summary>
/// <param name="Terms">Terms of the sum.</param>
/// <param name="RunLength">Terms between jumps.</param>
/// <param name="RunStrideA">Floats from the start of a run to that of the next, in A.</param>
/// <param name="RunStrideB">The same in B.</param>
/// <param name="StartStride">Floats from one row of the starting values to the next: 0 where all rows start from the same.</param>
/// <param name="MultipliesDestination">Whether the result is multiplied with what stands in its place.</param>
internal readonly record struct InnerProduct(int Terms, int RunLength, int RunStrideA, int RunStrideB, int StartStride, bool MultipliesDestination);

/// <summary>
/// The inner loop of all matrix products: a block of C, six or four rows by one panel, is summed up in registers (Goto and Van de
/// Geijn 2008, "Anatomy of High-Performance Matrix Multiplication"). Where a panel is a pair of vectors, twelve sums, two vectors
/// of B and one of A fill the sixteen registers of AVX2. The order of a sum does not depend on the block's height.
/// </summary>
internal static class Tile<TVector, TWalk>
    where TVector : struct, IVector<TVector>
    where TWalk : IOperand
{
    /// <summary>Rows of C, one panel wide: start + A B.</summary>
    /// <param name="rows">Even and at least four: so that sixes and fours cover it.</param>
    /// <param name="sum">How the sum goes.</param>
    /// <param name="a">First row, first step.</param>
    /// <param name="b">The panel's first step.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="c">The panel's first row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int rows, in InnerProduct sum, ref float a, ref float b, ref float start, ref float c)
    {
        for (var left = rows; left > 0;)
        {
            var height = left is 4 or 8 ? 4 : 6;
            if (height == 4)
            {
                MultiplyRows4(in sum, ref a, ref b, ref start, ref c);
            }
            else
            {
                MultiplyRows6(in sum, ref a, ref b, ref start, ref c);
            }

            a = ref Unsafe.Add(ref a, height * TWalk.RowStride(TVector.Width));
            start = ref Unsafe.Add(ref start, height * sum.StartStride);
            c = ref Unsafe.Add(ref c, height * TVector.Width);
            left -= height;
        }
    }

    /// <summary>Rows to compute so that <paramref name="rows"/> are.</summary>
    public static int RoundUpRows(int rows) => Math.Max(4, rows + rows % 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows6(in InnerProduct sum, ref float a, ref float b, ref float start, ref float c)
    {
        var x0 = TVector.Load(ref start);
        var x1 = TVector.Load(ref Unsafe.Add(ref start, sum.StartStride));
        var x2 = TVector.Load(ref Unsafe.Add(ref start, 2 * sum.StartStride));
        var x3 = TVector.Load(ref Unsafe.Add(ref start, 3 * sum.StartStride));
        var x4 = TVector.Load(ref Unsafe.Add(ref start, 4 * sum.StartStride));
        var x5 = TVector.Load(ref Unsafe.Add(ref start, 5 * sum.StartStride));
        for (var left = sum.Terms; left > 0; left -= sum.RunLength)
        {
            ref var p = ref a;
            ref var q = ref b;
            for (var step = Math.Min(left, sum.RunLength); step > 0; step--)
            {
                var v = TVector.Load(ref q);
                TVector.AddScaled(ref x0, p, v);
                TVector.AddScaled(ref x1, Unsafe.Add(ref p, TWalk.RowStride(TVector.Width)), v);
                TVector.AddScaled(ref x2, Unsafe.Add(ref p, 2 * TWalk.RowStride(TVector.Width)), v);
                TVector.AddScaled(ref x3, Unsafe.Add(ref p, 3 * TWalk.RowStride(TVector.Width)), v);
                TVector.AddScaled(ref x4, Unsafe.Add(ref p, 4 * TWalk.RowStride(TVector.Width)), v);
                TVector.AddScaled(ref x5, Unsafe.Add(ref p, 5 * TWalk.RowStride(TVector.Width)), v);
                p = ref Unsafe.Add(ref p, TWalk.TermStride(TVector.Width));
                q = ref Unsafe.Add(ref q, TVector.Width);
            }

            a = ref Unsafe.Add(ref a, sum.RunStrideA);
            b = ref Unsafe.Add(ref b, sum.RunStrideB);
        }

        StoreRow(x0, ref c, 0, sum.MultipliesDestination);
        StoreRow(x1, ref c, TVector.Width, sum.MultipliesDestination);
        StoreRow(x2, ref c, 2 * TVector.Width, sum.MultipliesDestination);
        StoreRow(x3, ref c, 3 * TVector.Width, sum.MultipliesDestination);
        StoreRow(x4, ref c, 4 * TVector.Width, sum.MultipliesDestination);
        StoreRow(x5, ref c, 5 * TVector.Width, sum.MultipliesDestination);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows4(in InnerProduct sum, ref float a, ref float b, ref float start, ref float c)
    {
        var x0 = TVector.Load(ref start);
        var x1 = TVector.Load(ref Unsafe.Add(ref start, sum.StartStride));
        var x2 = TVector.Load(ref Unsafe.Add(ref start, 2 * sum.StartStride));
        var x3 = TVector.Load(ref Unsafe.Add(ref start, 3 * sum.StartStride));
        for (var left = sum.Terms; left > 0; left -= sum.RunLength)
        {
            ref var p = ref a;
            ref var q = ref b;
            for (var step = Math.Min(left, sum.RunLength); step > 0; step--)
            {
                var v = TVector.Load(ref q);
                TVector.AddScaled(ref x0, p, v);
                TVector.AddScaled(ref x1, Unsafe.Add(ref p, TWalk.RowStride(TVector.Width)), v);
                TVector.AddScaled(ref x2, Unsafe.Add(ref p, 2 * TWalk.RowStride(TVector.Width)), v);
                TVector.AddScaled(ref x3, Unsafe.Add(ref p, 3 * TWalk.RowStride(TVector.Width)), v);
                p = ref Unsafe.Add(ref p, TWalk.TermStride(TVector.Width));
                q = ref Unsafe.Add(ref q, TVector.Width);
            }

            a = ref Unsafe.Add(ref a, sum.RunStrideA);
            b = ref Unsafe.Add(ref b, sum.RunStrideB);
        }

        StoreRow(x0, ref c, 0, sum.MultipliesDestination);
        StoreRow(x1, ref c, TVector.Width, sum.MultipliesDestination);
        StoreRow(x2, ref c, 2 * TVector.Width, sum.MultipliesDestination);
        StoreRow(x3, ref c, 3 * TVector.Width, sum.MultipliesDestination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(TVector x, ref float c, int at, bool scales)
    {
        ref var to = ref Unsafe.Add(ref c, at);
        TVector.Store(scales ? x * TVector.Load(ref to) : x, ref to);
    }
}

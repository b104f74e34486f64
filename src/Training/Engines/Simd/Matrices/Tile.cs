using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Engines.Simd.Matrices;

/// <summary>op(A) of a matrix product, as BLAS calls it: A or Aᵀ. Strides are in floats, for panels of <c>width</c> units.</summary>
internal interface IMatrixOp
{
    /// <summary>From one row of op(A) to the next.</summary>
    static abstract int RowStride(int width);

    /// <summary>From one column of op(A) to the next: one step along the inner dimension.</summary>
    static abstract int ColumnStride(int width);
}

/// <summary>op(A) = A.</summary>
internal readonly struct NoTranspose : IMatrixOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RowStride(int width) => width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ColumnStride(int width) => 1;
}

/// <summary>op(A) = Aᵀ.</summary>
internal readonly struct Transpose : IMatrixOp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RowStride(int width) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ColumnStride(int width) => width;
}

/// <summary>
/// The inner products of C = start + op(A) B. Their terms come in runs: within a run both matrices are contiguous, and from one run to
/// the next each jumps to its next panel or chunk.
/// </summary>
/// <param name="Terms">Length of the inner dimension (BLAS: k).</param>
/// <param name="RunLength">Terms in a run; the last run may be shorter.</param>
/// <param name="RunStrideA">Floats from the start of one run to the start of the next, in A.</param>
/// <param name="RunStrideB">The same in B.</param>
/// <param name="StartStride">Floats from one row of the start values to the next; 0 if all rows share one row of start values.</param>
/// <param name="MultipliesDestination">Whether C is multiplied element by element with the result (C = C ∘ result) or replaced.</param>
internal readonly record struct InnerProduct(
    int Terms, int RunLength, int RunStrideA, int RunStrideB, int StartStride, bool MultipliesDestination);

/// <summary>
/// The inner loop of all matrix products: C = start + op(A) B for a tile of C, six or four rows by one panel, with its sums in registers
/// (Goto and Van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication"). With panels of two AVX2 registers, the twelve sums,
/// two vectors of B and one of A fill 15 of the 16 registers. The order of a sum's terms does not depend on the height of the tile.
/// </summary>
/// <typeparam name="TVector">One row of a panel.</typeparam>
/// <typeparam name="TOpA">op(A).</typeparam>
internal static class Tile<TVector, TOpA>
    where TVector : struct, IVector<TVector>
    where TOpA : IMatrixOp
{
    /// <summary>Computes one panel of C.</summary>
    /// <param name="rows">Rows of C, from <see cref="RoundUpRows"/>: tiles of six and four rows cover them.</param>
    /// <param name="product">The inner dimension.</param>
    /// <param name="a">op(A), first row and column.</param>
    /// <param name="b">First row of the panel of B.</param>
    /// <param name="start">First row of the start values.</param>
    /// <param name="c">First row of the panel of C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int rows, in InnerProduct product, ref float a, ref float b, ref float start, ref float c)
    {
        for (var left = rows; left > 0;)
        {
            var height = left is 4 or 8 ? 4 : 6;
            if (height == 4)
            {
                MultiplyRows4(in product, ref a, ref b, ref start, ref c);
            }
            else
            {
                MultiplyRows6(in product, ref a, ref b, ref start, ref c);
            }

            a = ref Unsafe.Add(ref a, height * TOpA.RowStride(TVector.Width));
            start = ref Unsafe.Add(ref start, height * product.StartStride);
            c = ref Unsafe.Add(ref c, height * TVector.Width);
            left -= height;
        }
    }

    /// <summary>The least number of rows, at least <paramref name="rows"/>, that tiles of six and four rows cover.</summary>
    public static int RoundUpRows(int rows) => Math.Max(4, rows + rows % 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows6(in InnerProduct product, ref float a, ref float b, ref float start, ref float c)
    {
        var c0 = TVector.Load(ref start);
        var c1 = TVector.Load(ref Unsafe.Add(ref start, product.StartStride));
        var c2 = TVector.Load(ref Unsafe.Add(ref start, 2 * product.StartStride));
        var c3 = TVector.Load(ref Unsafe.Add(ref start, 3 * product.StartStride));
        var c4 = TVector.Load(ref Unsafe.Add(ref start, 4 * product.StartStride));
        var c5 = TVector.Load(ref Unsafe.Add(ref start, 5 * product.StartStride));
        for (var left = product.Terms; left > 0; left -= product.RunLength)
        {
            ref var aTerm = ref a;
            ref var bTerm = ref b;
            for (var term = Math.Min(left, product.RunLength); term > 0; term--)
            {
                var bRow = TVector.Load(ref bTerm);
                TVector.AddScaled(ref c0, aTerm, bRow);
                TVector.AddScaled(ref c1, Unsafe.Add(ref aTerm, TOpA.RowStride(TVector.Width)), bRow);
                TVector.AddScaled(ref c2, Unsafe.Add(ref aTerm, 2 * TOpA.RowStride(TVector.Width)), bRow);
                TVector.AddScaled(ref c3, Unsafe.Add(ref aTerm, 3 * TOpA.RowStride(TVector.Width)), bRow);
                TVector.AddScaled(ref c4, Unsafe.Add(ref aTerm, 4 * TOpA.RowStride(TVector.Width)), bRow);
                TVector.AddScaled(ref c5, Unsafe.Add(ref aTerm, 5 * TOpA.RowStride(TVector.Width)), bRow);
                aTerm = ref Unsafe.Add(ref aTerm, TOpA.ColumnStride(TVector.Width));
                bTerm = ref Unsafe.Add(ref bTerm, TVector.Width);
            }

            a = ref Unsafe.Add(ref a, product.RunStrideA);
            b = ref Unsafe.Add(ref b, product.RunStrideB);
        }

        StoreRow(c0, ref c, product.MultipliesDestination);
        StoreRow(c1, ref Unsafe.Add(ref c, TVector.Width), product.MultipliesDestination);
        StoreRow(c2, ref Unsafe.Add(ref c, 2 * TVector.Width), product.MultipliesDestination);
        StoreRow(c3, ref Unsafe.Add(ref c, 3 * TVector.Width), product.MultipliesDestination);
        StoreRow(c4, ref Unsafe.Add(ref c, 4 * TVector.Width), product.MultipliesDestination);
        StoreRow(c5, ref Unsafe.Add(ref c, 5 * TVector.Width), product.MultipliesDestination);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows4(in InnerProduct product, ref float a, ref float b, ref float start, ref float c)
    {
        var c0 = TVector.Load(ref start);
        var c1 = TVector.Load(ref Unsafe.Add(ref start, product.StartStride));
        var c2 = TVector.Load(ref Unsafe.Add(ref start, 2 * product.StartStride));
        var c3 = TVector.Load(ref Unsafe.Add(ref start, 3 * product.StartStride));
        for (var left = product.Terms; left > 0; left -= product.RunLength)
        {
            ref var aTerm = ref a;
            ref var bTerm = ref b;
            for (var term = Math.Min(left, product.RunLength); term > 0; term--)
            {
                var bRow = TVector.Load(ref bTerm);
                TVector.AddScaled(ref c0, aTerm, bRow);
                TVector.AddScaled(ref c1, Unsafe.Add(ref aTerm, TOpA.RowStride(TVector.Width)), bRow);
                TVector.AddScaled(ref c2, Unsafe.Add(ref aTerm, 2 * TOpA.RowStride(TVector.Width)), bRow);
                TVector.AddScaled(ref c3, Unsafe.Add(ref aTerm, 3 * TOpA.RowStride(TVector.Width)), bRow);
                aTerm = ref Unsafe.Add(ref aTerm, TOpA.ColumnStride(TVector.Width));
                bTerm = ref Unsafe.Add(ref bTerm, TVector.Width);
            }

            a = ref Unsafe.Add(ref a, product.RunStrideA);
            b = ref Unsafe.Add(ref b, product.RunStrideB);
        }

        StoreRow(c0, ref c, product.MultipliesDestination);
        StoreRow(c1, ref Unsafe.Add(ref c, TVector.Width), product.MultipliesDestination);
        StoreRow(c2, ref Unsafe.Add(ref c, 2 * TVector.Width), product.MultipliesDestination);
        StoreRow(c3, ref Unsafe.Add(ref c, 3 * TVector.Width), product.MultipliesDestination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow(TVector sums, ref float c, bool multiplies)
    {
        TVector.Store(multiplies ? sums * TVector.Load(ref c) : sums, ref c);
    }
}

using System.Runtime.CompilerServices;

namespace Velodrome.Training.Engines.Simd;

/// <summary>How a matrix in panels is walked along its inner dimension: across its rows, or down its columns (transposed).</summary>
internal interface IWalk
{
    /// <summary>Floats from one row of the product to the next, in a matrix whose panels are <paramref name="panel"/> wide.</summary>
    static abstract int NextRow(int panel);

    /// <summary>Floats from one step of the inner sum to the next.</summary>
    static abstract int NextStep(int panel);
}

/// <summary>A B: the inner sum runs across the rows of A.</summary>
internal readonly struct Across : IWalk
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextRow(int panel) => panel;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextStep(int panel) => 1;
}

/// <summary>Aᵀ B: the inner sum runs down the columns of A.</summary>
internal readonly struct Down : IWalk
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextRow(int panel) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextStep(int panel) => panel;
}

/// <summary>Where the inner sum of a product goes: <paramref name="Steps"/> terms, of which every <paramref name="Run"/> lie
/// side by side, and then both matrices jump.</summary>
/// <param name="Steps">Terms of the sum.</param>
/// <param name="Run">Terms between jumps.</param>
/// <param name="NextRunOfA">Floats from the start of a run to that of the next, in A.</param>
/// <param name="NextRunOfB">The same in B.</param>
/// <param name="NextStart">Floats from one row of the starting values to the next: 0 where all rows start from the same.</param>
/// <param name="Scales">Whether the result is multiplied with what stands in its place.</param>
internal readonly record struct Sum(int Steps, int Run, int NextRunOfA, int NextRunOfB, int NextStart, bool Scales);

/// <summary>
/// The inner loop of all matrix products: a block of C, six or four rows by one panel, is summed up in registers (Goto and Van de
/// Geijn 2008, "Anatomy of High-Performance Matrix Multiplication"). Where a panel is a pair of vectors, twelve sums, two vectors
/// of B and one of A fill the sixteen registers of AVX2. The order of a sum does not depend on the block's height.
/// </summary>
internal static class Tile<TVector, TWalk>
    where TVector : struct, IVector<TVector>
    where TWalk : IWalk
{
    /// <summary>Rows of C, one panel wide: start + A B.</summary>
    /// <param name="rows">Even and at least four: so that sixes and fours cover it.</param>
    /// <param name="sum">How the sum goes.</param>
    /// <param name="a">First row, first step.</param>
    /// <param name="b">The panel's first step.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="c">The panel's first row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(int rows, in Sum sum, ref float a, ref float b, ref float start, ref float c)
    {
        for (var left = rows; left > 0;)
        {
            var height = left is 4 or 8 ? 4 : 6;
            if (height == 4)
            {
                Four(in sum, ref a, ref b, ref start, ref c);
            }
            else
            {
                Six(in sum, ref a, ref b, ref start, ref c);
            }

            a = ref Unsafe.Add(ref a, height * TWalk.NextRow(TVector.Width));
            start = ref Unsafe.Add(ref start, height * sum.NextStart);
            c = ref Unsafe.Add(ref c, height * TVector.Width);
            left -= height;
        }
    }

    /// <summary>Rows to compute so that <paramref name="rows"/> are.</summary>
    public static int Cover(int rows) => Math.Max(4, rows + rows % 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(in Sum sum, ref float a, ref float b, ref float start, ref float c)
    {
        var x0 = TVector.Load(ref start);
        var x1 = TVector.Load(ref Unsafe.Add(ref start, sum.NextStart));
        var x2 = TVector.Load(ref Unsafe.Add(ref start, 2 * sum.NextStart));
        var x3 = TVector.Load(ref Unsafe.Add(ref start, 3 * sum.NextStart));
        var x4 = TVector.Load(ref Unsafe.Add(ref start, 4 * sum.NextStart));
        var x5 = TVector.Load(ref Unsafe.Add(ref start, 5 * sum.NextStart));
        for (var left = sum.Steps; left > 0; left -= sum.Run)
        {
            ref var p = ref a;
            ref var q = ref b;
            for (var step = Math.Min(left, sum.Run); step > 0; step--)
            {
                var v = TVector.Load(ref q);
                TVector.AddScaled(ref x0, p, v);
                TVector.AddScaled(ref x1, Unsafe.Add(ref p, TWalk.NextRow(TVector.Width)), v);
                TVector.AddScaled(ref x2, Unsafe.Add(ref p, 2 * TWalk.NextRow(TVector.Width)), v);
                TVector.AddScaled(ref x3, Unsafe.Add(ref p, 3 * TWalk.NextRow(TVector.Width)), v);
                TVector.AddScaled(ref x4, Unsafe.Add(ref p, 4 * TWalk.NextRow(TVector.Width)), v);
                TVector.AddScaled(ref x5, Unsafe.Add(ref p, 5 * TWalk.NextRow(TVector.Width)), v);
                p = ref Unsafe.Add(ref p, TWalk.NextStep(TVector.Width));
                q = ref Unsafe.Add(ref q, TVector.Width);
            }

            a = ref Unsafe.Add(ref a, sum.NextRunOfA);
            b = ref Unsafe.Add(ref b, sum.NextRunOfB);
        }

        Put(x0, ref c, 0, sum.Scales);
        Put(x1, ref c, TVector.Width, sum.Scales);
        Put(x2, ref c, 2 * TVector.Width, sum.Scales);
        Put(x3, ref c, 3 * TVector.Width, sum.Scales);
        Put(x4, ref c, 4 * TVector.Width, sum.Scales);
        Put(x5, ref c, 5 * TVector.Width, sum.Scales);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(in Sum sum, ref float a, ref float b, ref float start, ref float c)
    {
        var x0 = TVector.Load(ref start);
        var x1 = TVector.Load(ref Unsafe.Add(ref start, sum.NextStart));
        var x2 = TVector.Load(ref Unsafe.Add(ref start, 2 * sum.NextStart));
        var x3 = TVector.Load(ref Unsafe.Add(ref start, 3 * sum.NextStart));
        for (var left = sum.Steps; left > 0; left -= sum.Run)
        {
            ref var p = ref a;
            ref var q = ref b;
            for (var step = Math.Min(left, sum.Run); step > 0; step--)
            {
                var v = TVector.Load(ref q);
                TVector.AddScaled(ref x0, p, v);
                TVector.AddScaled(ref x1, Unsafe.Add(ref p, TWalk.NextRow(TVector.Width)), v);
                TVector.AddScaled(ref x2, Unsafe.Add(ref p, 2 * TWalk.NextRow(TVector.Width)), v);
                TVector.AddScaled(ref x3, Unsafe.Add(ref p, 3 * TWalk.NextRow(TVector.Width)), v);
                p = ref Unsafe.Add(ref p, TWalk.NextStep(TVector.Width));
                q = ref Unsafe.Add(ref q, TVector.Width);
            }

            a = ref Unsafe.Add(ref a, sum.NextRunOfA);
            b = ref Unsafe.Add(ref b, sum.NextRunOfB);
        }

        Put(x0, ref c, 0, sum.Scales);
        Put(x1, ref c, TVector.Width, sum.Scales);
        Put(x2, ref c, 2 * TVector.Width, sum.Scales);
        Put(x3, ref c, 3 * TVector.Width, sum.Scales);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector x, ref float c, int at, bool scales)
    {
        ref var to = ref Unsafe.Add(ref c, at);
        TVector.Store(scales ? x * TVector.Load(ref to) : x, ref to);
    }
}

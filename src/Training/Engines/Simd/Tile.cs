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
/// The inner loop of all matrix products: a block of C, six or four rows by one panel (two vectors), is summed up in registers
/// (Goto and Van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication"). Twelve sums, two vectors of B and one of A
/// fill the sixteen registers of AVX2. The order of a sum does not depend on the block's height.
/// </summary>
internal static class Tile<TVector, TWalk>
    where TVector : struct, IVector<TVector>
    where TWalk : IWalk
{
    private static int Panel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TVector.Width;
    }

    /// <summary>Rows of C, one panel wide: start + A B.</summary>
    /// <param name="rows">Even and at least four: so that sixes and fours cover it.</param>
    /// <param name="sum">How the sum goes.</param>
    /// <param name="a">First row, first step.</param>
    /// <param name="b">The panel's first step.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="c">The panel's first row.</param>
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

            a = ref Unsafe.Add(ref a, height * TWalk.NextRow(Panel));
            start = ref Unsafe.Add(ref start, height * sum.NextStart);
            c = ref Unsafe.Add(ref c, height * Panel);
            left -= height;
        }
    }

    /// <summary>Rows to compute so that <paramref name="rows"/> are.</summary>
    public static int Cover(int rows) => Math.Max(4, rows + rows % 2);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(in Sum sum, ref float a, ref float b, ref float start, ref float c)
    {
        var (x0, y0) = Row(ref start, 0);
        var (x1, y1) = Row(ref start, sum.NextStart);
        var (x2, y2) = Row(ref start, 2 * sum.NextStart);
        var (x3, y3) = Row(ref start, 3 * sum.NextStart);
        var (x4, y4) = Row(ref start, 4 * sum.NextStart);
        var (x5, y5) = Row(ref start, 5 * sum.NextStart);
        for (var left = sum.Steps; left > 0; left -= sum.Run)
        {
            ref var p = ref a;
            ref var q = ref b;
            for (var step = Math.Min(left, sum.Run); step > 0; step--)
            {
                var (u, v) = Row(ref q, 0);
                var w = TVector.Of(p);
                TVector.AddProduct(ref x0, w, u);
                TVector.AddProduct(ref y0, w, v);
                w = TVector.Of(Unsafe.Add(ref p, TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x1, w, u);
                TVector.AddProduct(ref y1, w, v);
                w = TVector.Of(Unsafe.Add(ref p, 2 * TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x2, w, u);
                TVector.AddProduct(ref y2, w, v);
                w = TVector.Of(Unsafe.Add(ref p, 3 * TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x3, w, u);
                TVector.AddProduct(ref y3, w, v);
                w = TVector.Of(Unsafe.Add(ref p, 4 * TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x4, w, u);
                TVector.AddProduct(ref y4, w, v);
                w = TVector.Of(Unsafe.Add(ref p, 5 * TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x5, w, u);
                TVector.AddProduct(ref y5, w, v);
                p = ref Unsafe.Add(ref p, TWalk.NextStep(Panel));
                q = ref Unsafe.Add(ref q, Panel);
            }

            a = ref Unsafe.Add(ref a, sum.NextRunOfA);
            b = ref Unsafe.Add(ref b, sum.NextRunOfB);
        }

        Put(x0, y0, ref c, 0, sum.Scales);
        Put(x1, y1, ref c, Panel, sum.Scales);
        Put(x2, y2, ref c, 2 * Panel, sum.Scales);
        Put(x3, y3, ref c, 3 * Panel, sum.Scales);
        Put(x4, y4, ref c, 4 * Panel, sum.Scales);
        Put(x5, y5, ref c, 5 * Panel, sum.Scales);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(in Sum sum, ref float a, ref float b, ref float start, ref float c)
    {
        var (x0, y0) = Row(ref start, 0);
        var (x1, y1) = Row(ref start, sum.NextStart);
        var (x2, y2) = Row(ref start, 2 * sum.NextStart);
        var (x3, y3) = Row(ref start, 3 * sum.NextStart);
        for (var left = sum.Steps; left > 0; left -= sum.Run)
        {
            ref var p = ref a;
            ref var q = ref b;
            for (var step = Math.Min(left, sum.Run); step > 0; step--)
            {
                var (u, v) = Row(ref q, 0);
                var w = TVector.Of(p);
                TVector.AddProduct(ref x0, w, u);
                TVector.AddProduct(ref y0, w, v);
                w = TVector.Of(Unsafe.Add(ref p, TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x1, w, u);
                TVector.AddProduct(ref y1, w, v);
                w = TVector.Of(Unsafe.Add(ref p, 2 * TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x2, w, u);
                TVector.AddProduct(ref y2, w, v);
                w = TVector.Of(Unsafe.Add(ref p, 3 * TWalk.NextRow(Panel)));
                TVector.AddProduct(ref x3, w, u);
                TVector.AddProduct(ref y3, w, v);
                p = ref Unsafe.Add(ref p, TWalk.NextStep(Panel));
                q = ref Unsafe.Add(ref q, Panel);
            }

            a = ref Unsafe.Add(ref a, sum.NextRunOfA);
            b = ref Unsafe.Add(ref b, sum.NextRunOfB);
        }

        Put(x0, y0, ref c, 0, sum.Scales);
        Put(x1, y1, ref c, Panel, sum.Scales);
        Put(x2, y2, ref c, 2 * Panel, sum.Scales);
        Put(x3, y3, ref c, 3 * Panel, sum.Scales);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector X, TVector Y) Row(ref float from, int at) =>
        (TVector.Load(ref Unsafe.Add(ref from, at)), TVector.Load(ref Unsafe.Add(ref from, at + TVector.Width)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector x, TVector y, ref float c, int at, bool scales)
    {
        ref var to = ref Unsafe.Add(ref c, at);
        ref var beside = ref Unsafe.Add(ref to, TVector.Width);
        TVector.Store(scales ? x * TVector.Load(ref to) : x, ref to);
        TVector.Store(scales ? y * TVector.Load(ref beside) : y, ref beside);
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Velodrome.Bench.Engines;

/// <summary>Measures upper limits of the machine: arithmetic and memory of one core, and the latency between two cores.</summary>
internal static class HardwareLimits
{
    private const int Iterations = 2_000_000;
    private const int SumsPerIteration = 10;
    private const int CopyBytes = 64 << 20;
    private const int RoundTrips = 20_000;

    /// <summary>The length of two cache lines, in longs.</summary>
    private const int TwoLines = 16;

    private static readonly byte[] Source = new byte[CopyBytes];
    private static readonly byte[] Destination = new byte[CopyBytes];

    /// <summary>GFLOP/s of multiply-adds between registers, by processor time.</summary>
    public static double MultiplyAdds()
    {
        var before = Environment.CpuUsage.TotalTime;
        var (lanes, sum) = Vector512.IsHardwareAccelerated ? (16, Loop512())
            : Vector256.IsHardwareAccelerated ? (8, Loop256())
            : (4, Loop128());
        GC.KeepAlive(sum); // The loops may not be optimised away.
        return 2.0 * SumsPerIteration * Iterations * lanes / (Environment.CpuUsage.TotalTime - before).TotalSeconds / 1e9;
    }

    /// <summary>GB/s of a copy that is too large for the caches, counting bytes read and bytes written.</summary>
    public static double Copy()
    {
        var before = Environment.CpuUsage.TotalTime;
        Source.AsSpan().CopyTo(Destination);
        return 2.0 * CopyBytes / (Environment.CpuUsage.TotalTime - before).TotalSeconds / 1e9;
    }

    /// <summary>Measures the nanoseconds until a thread sees what another thread writes in reply to its own write.</summary>
    public static double RoundTrip()
    {
        const int Question = TwoLines, Answer = 3 * TwoLines;
        var words = new long[4 * TwoLines];
        var answering = new Thread(() =>
        {
            for (var trip = 1; trip <= RoundTrips; trip++)
            {
                WaitFor(ref words[Question], trip);
                Volatile.Write(ref words[Answer], trip);
            }
        });
        answering.Start();
        var stopwatch = new Stopwatch();
        for (var trip = 1; trip <= RoundTrips; trip++)
        {
            Volatile.Write(ref words[Question], trip);
            WaitFor(ref words[Answer], trip);
            stopwatch.Start(); // after the first trip, which waits for the thread to start
        }

        var time = stopwatch.Elapsed.TotalNanoseconds / (RoundTrips - 1);
        answering.Join();
        return time;

        static void WaitFor(ref long word, long value)
        {
            while (Volatile.Read(ref word) < value)
            {
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Loop512()
    {
        var half = Vector512.Create(0.5f);
        var (a, b, c, d, e, f, g, h, i, j) = (half, half, half, half, half, half, half, half, half, half);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            a = Vector512.FusedMultiplyAdd(a, half, half);
            b = Vector512.FusedMultiplyAdd(b, half, half);
            c = Vector512.FusedMultiplyAdd(c, half, half);
            d = Vector512.FusedMultiplyAdd(d, half, half);
            e = Vector512.FusedMultiplyAdd(e, half, half);
            f = Vector512.FusedMultiplyAdd(f, half, half);
            g = Vector512.FusedMultiplyAdd(g, half, half);
            h = Vector512.FusedMultiplyAdd(h, half, half);
            i = Vector512.FusedMultiplyAdd(i, half, half);
            j = Vector512.FusedMultiplyAdd(j, half, half);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Loop256()
    {
        var half = Vector256.Create(0.5f);
        var (a, b, c, d, e, f, g, h, i, j) = (half, half, half, half, half, half, half, half, half, half);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            a = Vector256.FusedMultiplyAdd(a, half, half);
            b = Vector256.FusedMultiplyAdd(b, half, half);
            c = Vector256.FusedMultiplyAdd(c, half, half);
            d = Vector256.FusedMultiplyAdd(d, half, half);
            e = Vector256.FusedMultiplyAdd(e, half, half);
            f = Vector256.FusedMultiplyAdd(f, half, half);
            g = Vector256.FusedMultiplyAdd(g, half, half);
            h = Vector256.FusedMultiplyAdd(h, half, half);
            i = Vector256.FusedMultiplyAdd(i, half, half);
            j = Vector256.FusedMultiplyAdd(j, half, half);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Loop128()
    {
        var half = Vector128.Create(0.5f);
        var (a, b, c, d, e, f, g, h, i, j) = (half, half, half, half, half, half, half, half, half, half);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            a = Vector128.FusedMultiplyAdd(a, half, half);
            b = Vector128.FusedMultiplyAdd(b, half, half);
            c = Vector128.FusedMultiplyAdd(c, half, half);
            d = Vector128.FusedMultiplyAdd(d, half, half);
            e = Vector128.FusedMultiplyAdd(e, half, half);
            f = Vector128.FusedMultiplyAdd(f, half, half);
            g = Vector128.FusedMultiplyAdd(g, half, half);
            h = Vector128.FusedMultiplyAdd(h, half, half);
            i = Vector128.FusedMultiplyAdd(i, half, half);
            j = Vector128.FusedMultiplyAdd(j, half, half);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j);
    }
}

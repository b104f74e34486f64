using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Velodrome.Bench.Engines;

/// <summary>What one core can do at most, and what lies between two.</summary>
internal static class Limits
{
    private const int Turns = 2_000_000;
    private const int CopyBytes = 64 << 20;
    private const int Trips = 20_000;
    private const int TwoLines = 16;

    private static readonly byte[] From = new byte[CopyBytes];
    private static readonly byte[] To = new byte[CopyBytes];

    /// <summary>GFLOP/s of multiply-adds between registers, of processor time.</summary>
    public static double MultiplyAdds()
    {
        var before = Environment.CpuUsage.TotalTime;
        var (lanes, sink) = Vector512.IsHardwareAccelerated ? (16, Loop512()) : Vector256.IsHardwareAccelerated ? (8, Loop256()) : (4, Loop128());
        GC.KeepAlive(sink);
        return 10.0 * Turns * lanes * 2 / (Environment.CpuUsage.TotalTime - before).TotalSeconds / 1e9;
    }

    /// <summary>GB/s of a copy that no cache holds, read and written bytes counted.</summary>
    public static double Copy()
    {
        var before = Environment.CpuUsage.TotalTime;
        From.AsSpan().CopyTo(To);
        return 2.0 * CopyBytes / (Environment.CpuUsage.TotalTime - before).TotalSeconds / 1e9;
    }

    /// <summary>Nanoseconds until what one thread has written is seen by another, and its answer by the first.</summary>
    public static double RoundTrip()
    {
        var words = new long[4 * TwoLines];
        var other = new Thread(() =>
        {
            for (var trip = 1; trip <= Trips; trip++)
            {
                Await(ref words[TwoLines], trip);
                Volatile.Write(ref words[3 * TwoLines], trip);
            }
        });
        other.Start();
        var clock = new Stopwatch();
        for (var trip = 1; trip <= Trips; trip++)
        {
            Volatile.Write(ref words[TwoLines], trip);
            Await(ref words[3 * TwoLines], trip);
            clock.Start(); // the first trip waits for the thread
        }

        var time = clock.Elapsed.TotalNanoseconds / (Trips - 1);
        other.Join();
        return time;

        static void Await(ref long word, long value)
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
        for (var turn = 0; turn < Turns; turn++)
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
        for (var turn = 0; turn < Turns; turn++)
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
        for (var turn = 0; turn < Turns; turn++)
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

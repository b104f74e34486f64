using System.Runtime.CompilerServices;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>Exponential functions, lane by lane, with a relative error of about 2e-7. NaN stays NaN.</summary>
internal static class VectorMath<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>eˣ, with x limited to [-87, 87].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        var (power, remainder) = ReduceExponent(TVector.Clamp(x, -87, 87));
        return TVector.MultiplyAdd(power, remainder, power);
    }

    /// <summary>eˣ - 1, with x limited to [-87, 87]; as accurate near zero as elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpM1(TVector x)
    {
        var (power, remainder) = ReduceExponent(TVector.Clamp(x, -87, 87));
        return TVector.MultiplyAdd(power, remainder, power - TVector.Of(1));
    }

    /// <summary>(e²ˣ - 1) / (e²ˣ + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        var expM1 = ExpM1(x + x);
        return expM1 / (expM1 + TVector.Of(2));
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x) => TVector.Of(1) / (TVector.Of(1) + Exp(TVector.Of(0) - x));

    /// <summary>
    /// Density φ(x) and cumulative distribution Φ(x) of the standard normal distribution. The tail probability is φ(|x|) times Mills'
    /// ratio, a polynomial in 1 / (1 + 0.3 |x|) as in Abramowitz and Stegun 26.2.17, here with more terms: relative error 1.5e-7.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Density, TVector Cumulative) Normal(TVector x)
    {
        var magnitude = TVector.IfNotPositive(x, TVector.Of(0) - x, x);
        var density = TVector.Of(0.3989422804f) * Exp(TVector.Of(-0.5f) * magnitude * magnitude);
        var t = TVector.Of(1) / TVector.MultiplyAdd(TVector.Of(0.3f), magnitude, TVector.Of(1));
        var millsRatio = TVector.MultiplyAdd(t, TVector.Of(0.0894264728f), TVector.Of(-0.394062132f));
        millsRatio = TVector.MultiplyAdd(t, millsRatio, TVector.Of(0.517272353f));
        millsRatio = TVector.MultiplyAdd(t, millsRatio, TVector.Of(-0.134583667f));
        millsRatio = TVector.MultiplyAdd(t, millsRatio, TVector.Of(0.322265923f));
        millsRatio = TVector.MultiplyAdd(t, millsRatio, TVector.Of(0.250443101f));
        millsRatio = TVector.MultiplyAdd(t, millsRatio, TVector.Of(0.302685738f));
        millsRatio = TVector.MultiplyAdd(t, millsRatio, TVector.Of(0.29986617f));
        var tail = density * t * millsRatio;
        return (density, TVector.IfNotPositive(x, tail, TVector.Of(1) - tail));
    }

    /// <summary>
    /// eˣ = power (1 + remainder), where x = n ln 2 + r, |r| ≤ ln 2 / 2, power = 2ⁿ, and remainder = eʳ - 1 by the polynomial of
    /// Cephes' expf (Moshier 1989).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Power, TVector Remainder) ReduceExponent(TVector x)
    {
        var n = TVector.Round(x * TVector.Of(1.44269504f));
        var r = TVector.MultiplyAdd(n, TVector.Of(-0.693359375f), x);
        r = TVector.MultiplyAdd(n, TVector.Of(2.12194440e-4f), r);
        var sum = TVector.MultiplyAdd(r, TVector.Of(1.9875691500e-4f), TVector.Of(1.3981999507e-3f));
        sum = TVector.MultiplyAdd(r, sum, TVector.Of(8.3334519073e-3f));
        sum = TVector.MultiplyAdd(r, sum, TVector.Of(4.1665795894e-2f));
        sum = TVector.MultiplyAdd(r, sum, TVector.Of(1.6666665459e-1f));
        sum = TVector.MultiplyAdd(r, sum, TVector.Of(5.0000001201e-1f));
        return (TVector.PowerOfTwo(n), TVector.MultiplyAdd(sum, r * r, r));
    }
}

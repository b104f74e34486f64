using System.Runtime.CompilerServices;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>Exponential functions, lane by lane, to some 2e-7 relative. NaN stays NaN.</summary>
internal static class VectorMath<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>eˣ for x from -87 to 87; beyond, that of the bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        var (power, remainder) = ReduceExponent(TVector.Clamp(x, -87, 87));
        return TVector.MultiplyAdd(power, remainder, power);
    }

    /// <summary>eˣ - 1 for x from -87 to 87, exact to the last digits near zero too.</summary>
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
        var m1 = ExpM1(x + x);
        return m1 / (m1 + TVector.Of(2));
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x) => TVector.Of(1) / (TVector.Of(1) + Exp(TVector.Of(0) - x));

    /// <summary>
    /// The standard normal's density at x, and the share of it below x, which in the tail is the density times Mills' ratio.
    /// The ratio is a polynomial in 1 / (1 + 0.3 |x|), the form of Abramowitz and Stegun 26.2.17, with more terms: fitted to 1.5e-7 relative.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector Density, TVector Below) Normal(TVector x)
    {
        var magnitude = TVector.IfNotPositive(x, TVector.Of(0) - x, x);
        var density = TVector.Of(0.3989422804f) * Exp(TVector.Of(-0.5f) * magnitude * magnitude);
        var t = TVector.Of(1) / TVector.MultiplyAdd(TVector.Of(0.3f), magnitude, TVector.Of(1));
        var ratio = TVector.MultiplyAdd(t, TVector.Of(0.0894264728f), TVector.Of(-0.394062132f));
        ratio = TVector.MultiplyAdd(t, ratio, TVector.Of(0.517272353f));
        ratio = TVector.MultiplyAdd(t, ratio, TVector.Of(-0.134583667f));
        ratio = TVector.MultiplyAdd(t, ratio, TVector.Of(0.322265923f));
        ratio = TVector.MultiplyAdd(t, ratio, TVector.Of(0.250443101f));
        ratio = TVector.MultiplyAdd(t, ratio, TVector.Of(0.302685738f));
        ratio = TVector.MultiplyAdd(t, ratio, TVector.Of(0.29986617f));
        var beyond = density * t * ratio;
        return (density, TVector.IfNotPositive(x, beyond, TVector.Of(1) - beyond));
    }

    /// <summary>eˣ = power (1 + remainder): x = n ln 2 + r with |r| below ln 2 / 2, and eʳ - 1 by the polynomial of Cephes' expf (Moshier 1989).</summary>
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

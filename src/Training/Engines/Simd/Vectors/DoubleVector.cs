using System.Runtime.CompilerServices;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>Two vectors as one of twice the width. The halves of an operation are independent, so the processor overlaps them.</summary>
internal struct DoubleVector<TVector>(TVector first, TVector second) : IVector<DoubleVector<TVector>>
    where TVector : struct, IVector<TVector>
{
    private TVector _first = first;
    private TVector _second = second;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TVector.Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> Of(float value) => new(TVector.Of(value), TVector.Of(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> Load(ref readonly float from) =>
        new(TVector.Load(in from), TVector.Load(in Unsafe.Add(ref Unsafe.AsRef(in from), TVector.Width)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DoubleVector<TVector> value, ref float to)
    {
        TVector.Store(value._first, ref to);
        TVector.Store(value._second, ref Unsafe.Add(ref to, TVector.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> operator +(DoubleVector<TVector> left, DoubleVector<TVector> right) =>
        new(left._first + right._first, left._second + right._second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> operator -(DoubleVector<TVector> left, DoubleVector<TVector> right) =>
        new(left._first - right._first, left._second - right._second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> operator *(DoubleVector<TVector> left, DoubleVector<TVector> right) =>
        new(left._first * right._first, left._second * right._second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> operator /(DoubleVector<TVector> left, DoubleVector<TVector> right) =>
        new(left._first / right._first, left._second / right._second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> MultiplyAdd(DoubleVector<TVector> a, DoubleVector<TVector> b, DoubleVector<TVector> c) =>
        new(TVector.MultiplyAdd(a._first, b._first, c._first), TVector.MultiplyAdd(a._second, b._second, c._second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref DoubleVector<TVector> sum, DoubleVector<TVector> a, DoubleVector<TVector> b)
    {
        TVector.AddProduct(ref sum._first, a._first, b._first);
        TVector.AddProduct(ref sum._second, a._second, b._second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(ref DoubleVector<TVector> sum, float a, DoubleVector<TVector> b)
    {
        var factor = TVector.Of(a);
        TVector.AddProduct(ref sum._first, factor, b._first);
        TVector.AddProduct(ref sum._second, factor, b._second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(DoubleVector<TVector> value) => TVector.Sum(value._first + value._second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> Sqrt(DoubleVector<TVector> value) =>
        new(TVector.Sqrt(value._first), TVector.Sqrt(value._second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> Round(DoubleVector<TVector> value) =>
        new(TVector.Round(value._first), TVector.Round(value._second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> PowerOfTwo(DoubleVector<TVector> exponent) =>
        new(TVector.PowerOfTwo(exponent._first), TVector.PowerOfTwo(exponent._second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> Clamp(DoubleVector<TVector> value, float low, float high) =>
        new(TVector.Clamp(value._first, low, high), TVector.Clamp(value._second, low, high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleVector<TVector> IfNotPositive(
        DoubleVector<TVector> x, DoubleVector<TVector> then, DoubleVector<TVector> otherwise) =>
        new(TVector.IfNotPositive(x._first, then._first, otherwise._first),
            TVector.IfNotPositive(x._second, then._second, otherwise._second));
}

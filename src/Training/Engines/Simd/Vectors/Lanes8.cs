using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>Eight floats: AVX2.</summary>
internal struct Lanes8(Vector256<float> lanes) : IVector<Lanes8>
{
    private Vector256<float> _lanes = lanes;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Of(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(ref readonly float from) => new(Vector256.LoadUnsafe(in from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes8 value, ref float to) => value._lanes.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 left, Lanes8 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 left, Lanes8 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 left, Lanes8 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 left, Lanes8 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector256.FusedMultiplyAdd(a._lanes, b._lanes, c._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes8 sum, Lanes8 a, Lanes8 b) =>
        sum._lanes = Vector256.FusedMultiplyAdd(a._lanes, b._lanes, sum._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes8 value) => Vector256.Sum(value._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sqrt(Lanes8 value) => new(Vector256.Sqrt(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Round(Lanes8 value) => new(Vector256.Round(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 PowerOfTwo(Lanes8 exponent) =>
        new(((Vector256.ConvertToInt32Native(exponent._lanes) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Clamp(Lanes8 value, float low, float high) =>
        new(Vector256.Min(Vector256.Max(value._lanes, Vector256.Create(low)), Vector256.Create(high)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 IfNotPositive(Lanes8 x, Lanes8 then, Lanes8 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x._lanes, Vector256<float>.Zero), then._lanes, otherwise._lanes));
}

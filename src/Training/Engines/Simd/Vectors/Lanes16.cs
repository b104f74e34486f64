using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>Sixteen floats: AVX-512.</summary>
internal struct Lanes16(Vector512<float> lanes) : IVector<Lanes16>
{
    private Vector512<float> _lanes = lanes;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Of(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(ref readonly float from) => new(Vector512.LoadUnsafe(in from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes16 value, ref float to) => value._lanes.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator +(Lanes16 left, Lanes16 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator -(Lanes16 left, Lanes16 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator *(Lanes16 left, Lanes16 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator /(Lanes16 left, Lanes16 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(Vector512.FusedMultiplyAdd(a._lanes, b._lanes, c._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes16 sum, Lanes16 a, Lanes16 b) =>
        sum._lanes = Vector512.FusedMultiplyAdd(a._lanes, b._lanes, sum._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes16 value) => Vector512.Sum(value._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sqrt(Lanes16 value) => new(Vector512.Sqrt(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Round(Lanes16 value) => new(Vector512.Round(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 PowerOfTwo(Lanes16 exponent) =>
        new(((Vector512.ConvertToInt32Native(exponent._lanes) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Clamp(Lanes16 value, float low, float high) =>
        new(Vector512.Min(Vector512.Max(value._lanes, Vector512.Create(low)), Vector512.Create(high)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 IfNotPositive(Lanes16 x, Lanes16 then, Lanes16 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x._lanes, Vector512<float>.Zero), then._lanes, otherwise._lanes));
}

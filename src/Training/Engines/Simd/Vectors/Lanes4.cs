using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>Four floats: NEON on ARM, SSE on x64.</summary>
internal struct Lanes4(Vector128<float> lanes) : IVector<Lanes4>
{
    private Vector128<float> _lanes = lanes;

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Of(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(ref readonly float from) => new(Vector128.LoadUnsafe(in from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes4 value, ref float to) => value._lanes.StoreUnsafe(ref to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 left, Lanes4 right) => new(left._lanes + right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 left, Lanes4 right) => new(left._lanes - right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 left, Lanes4 right) => new(left._lanes * right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 left, Lanes4 right) => new(left._lanes / right._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 MultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) => new(Fma.IsSupported || AdvSimd.IsSupported
        ? Vector128.FusedMultiplyAdd(a._lanes, b._lanes, c._lanes)
        : a._lanes * b._lanes + c._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes4 sum, Lanes4 a, Lanes4 b) => sum._lanes = MultiplyAdd(a, b, sum)._lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes4 value) => Vector128.Sum(value._lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sqrt(Lanes4 value) => new(Vector128.Sqrt(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Round(Lanes4 value) => new(Vector128.Round(value._lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 PowerOfTwo(Lanes4 exponent) =>
        new(((Vector128.ConvertToInt32Native(exponent._lanes) + Vector128.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Clamp(Lanes4 value, float low, float high) =>
        new(Vector128.Min(Vector128.Max(value._lanes, Vector128.Create(low)), Vector128.Create(high)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 IfNotPositive(Lanes4 x, Lanes4 then, Lanes4 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThanOrEqual(x._lanes, Vector128<float>.Zero), then._lanes, otherwise._lanes));
}

using System.Numerics;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>
/// A vector of floats: one register, or two. The engine is written once, over this interface, and the JIT compiles it for each width
/// with the width as a constant. Every operation but <see cref="Sum"/> rounds lane by lane.
/// </summary>
internal interface IVector<TSelf> :
    IAdditionOperators<TSelf, TSelf, TSelf>,
    ISubtractionOperators<TSelf, TSelf, TSelf>,
    IMultiplyOperators<TSelf, TSelf, TSelf>,
    IDivisionOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, IVector<TSelf>
{
    /// <summary>Floats in one vector.</summary>
    static abstract int Width { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract TSelf Of(float value);

    static abstract TSelf Load(ref readonly float from);

    static abstract void Store(TSelf value, ref float to);

    /// <summary>a b + c, rounded once where the processor has fused multiply-add.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>sum += a b, rounded like <see cref="MultiplyAdd"/>. In place, because a returned value costs a register move.</summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    /// <summary>sum += a b, with the same a in every lane.</summary>
    static virtual void AddScaled(ref TSelf sum, float a, TSelf b) => TSelf.AddProduct(ref sum, TSelf.Of(a), b);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(TSelf value);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>The nearest integer.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>2 to the power of an integer from -126 to 127.</summary>
    static abstract TSelf PowerOfTwo(TSelf exponent);

    /// <summary><paramref name="value"/> limited to [low, high]; NaN stays NaN.</summary>
    static abstract TSelf Clamp(TSelf value, float low, float high);

    /// <summary>Lane by lane: <paramref name="then"/> where x &lt;= 0, else (also for NaN) <paramref name="otherwise"/>.</summary>
    static abstract TSelf IfNotPositive(TSelf x, TSelf then, TSelf otherwise);
}

using System.Numerics;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>
/// Some floats side by side in a register, or in two. Everything in this folder is written once, over this, and the JIT compiles it for each
/// width with the width as a constant. Every operation rounds lane by lane, so that widths differ in nothing but speed.
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

    /// <summary>a b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>sum + a b, in place and rounded as <see cref="MultiplyAdd"/> does. A sum that is a value of its own costs a register move each time.</summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    /// <summary>sum + a b, where a is the same in every lane.</summary>
    static virtual void AddScaled(ref TSelf sum, float a, TSelf b) => TSelf.AddProduct(ref sum, TSelf.Of(a), b);

    /// <summary>All lanes together.</summary>
    static abstract float Sum(TSelf value);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>The nearest whole number.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>2 to the power of a whole number from -126 to 127.</summary>
    static abstract TSelf PowerOfTwo(TSelf whole);

    /// <summary><paramref name="value"/> between the bounds; NaN stays NaN.</summary>
    static abstract TSelf Clamp(TSelf value, float low, float high);

    /// <summary>Lane by lane, <paramref name="then"/> where x is 0 or below, else (also for NaN) <paramref name="otherwise"/>.</summary>
    static abstract TSelf IfNotPositive(TSelf x, TSelf then, TSelf otherwise);
}

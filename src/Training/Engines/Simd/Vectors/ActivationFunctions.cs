using System.Runtime.CompilerServices;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>An activation f and its slope f', which the way back multiplies with. The formulas are PyTorch's.</summary>
internal interface IActivation<TVector>
{
    static abstract (TVector Value, TVector Slope) Evaluate(TVector x);
}

/// <summary>Applies the activations to many numbers.</summary>
internal static class ActivationFunctions<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>Replaces every x by f(x) and writes f'(x) beside it.</summary>
    /// <param name="activation">f.</param>
    /// <param name="values">The first x.</param>
    /// <param name="slopes">Where the first slope goes.</param>
    /// <param name="count">How many, a multiple of the vector's width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Activation activation, ref float values, ref float slopes, int count)
    {
        switch (activation)
        {
            case Activation.Relu: ApplyEach<Relu>(ref values, ref slopes, count); break;
            case Activation.LeakyRelu: ApplyEach<LeakyRelu>(ref values, ref slopes, count); break;
            case Activation.Tanh: ApplyEach<Tanh>(ref values, ref slopes, count); break;
            case Activation.Sigmoid: ApplyEach<Sigmoid>(ref values, ref slopes, count); break;
            case Activation.Silu: ApplyEach<Silu>(ref values, ref slopes, count); break;
            case Activation.Elu: ApplyEach<Elu>(ref values, ref slopes, count); break;
            case Activation.Gelu: ApplyEach<Gelu>(ref values, ref slopes, count); break;
            default: throw new InvalidOperationException($"No such activation: {activation}.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplyEach<TActivation>(ref float values, ref float slopes, int count)
        where TActivation : IActivation<TVector>
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            var (value, slope) = TActivation.Evaluate(TVector.Load(ref Unsafe.Add(ref values, i)));
            TVector.Store(value, ref Unsafe.Add(ref values, i));
            TVector.Store(slope, ref Unsafe.Add(ref slopes, i));
        }
    }

    private readonly struct Relu : IActivation<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) Evaluate(TVector x) =>
            (TVector.IfNotPositive(x, TVector.Of(0), x), TVector.IfNotPositive(x, TVector.Of(0), TVector.Of(1)));
    }

    private readonly struct LeakyRelu : IActivation<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) Evaluate(TVector x)
        {
            var slope = TVector.IfNotPositive(x, TVector.Of(Activations.LeakySlope), TVector.Of(1));
            return (slope * x, slope);
        }
    }

    private readonly struct Tanh : IActivation<TVector>
    {
        /// <summary>tanh' = 1 - tanh².</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) Evaluate(TVector x)
        {
            var value = VectorMath<TVector>.Tanh(x);
            return (value, TVector.Of(1) - value * value);
        }
    }

    private readonly struct Sigmoid : IActivation<TVector>
    {
        /// <summary>σ' = σ (1 - σ).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) Evaluate(TVector x)
        {
            var value = VectorMath<TVector>.Sigmoid(x);
            return (value, value * (TVector.Of(1) - value));
        }
    }

    private readonly struct Silu : IActivation<TVector>
    {
        /// <summary>(x σ)' = σ (1 + x (1 - σ)).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) Evaluate(TVector x)
        {
            var sigmoid = VectorMath<TVector>.Sigmoid(x);
            return (x * sigmoid, sigmoid * TVector.MultiplyAdd(x, TVector.Of(1) - sigmoid, TVector.Of(1)));
        }
    }

    private readonly struct Elu : IActivation<TVector>
    {
        /// <summary>Below zero eˣ - 1, and its slope eˣ.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) Evaluate(TVector x)
        {
            var m1 = VectorMath<TVector>.ExpM1(x);
            return (TVector.IfNotPositive(x, m1, x), TVector.IfNotPositive(x, m1 + TVector.Of(1), TVector.Of(1)));
        }
    }

    private readonly struct Gelu : IActivation<TVector>
    {
        /// <summary>x Φ(x), and its slope Φ(x) + x φ(x).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) Evaluate(TVector x)
        {
            var (density, below) = VectorMath<TVector>.Normal(x);
            return (x * below, TVector.MultiplyAdd(x, density, below));
        }
    }
}

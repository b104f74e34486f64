using System.Runtime.CompilerServices;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Vectors;

/// <summary>An activation f and its derivative f'. The formulas are PyTorch's.</summary>
internal interface IActivation<TVector>
{
    static abstract (TVector Value, TVector Derivative) Evaluate(TVector x);
}

/// <summary>Applies activations to arrays.</summary>
internal static class ActivationFunctions<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>Replaces every x with f(x) and stores f'(x) for the backward pass.</summary>
    /// <param name="activation">f.</param>
    /// <param name="values">x, replaced with f(x).</param>
    /// <param name="derivatives">Receives f'(x).</param>
    /// <param name="count">Number of values, a multiple of the vector's width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Activation activation, ref float values, ref float derivatives, int count)
    {
        switch (activation)
        {
            case Activation.Relu: ApplyEach<Relu>(ref values, ref derivatives, count); break;
            case Activation.LeakyRelu: ApplyEach<LeakyRelu>(ref values, ref derivatives, count); break;
            case Activation.Tanh: ApplyEach<Tanh>(ref values, ref derivatives, count); break;
            case Activation.Sigmoid: ApplyEach<Sigmoid>(ref values, ref derivatives, count); break;
            case Activation.Silu: ApplyEach<Silu>(ref values, ref derivatives, count); break;
            case Activation.Elu: ApplyEach<Elu>(ref values, ref derivatives, count); break;
            case Activation.Gelu: ApplyEach<Gelu>(ref values, ref derivatives, count); break;
            default: throw new InvalidOperationException($"Unknown activation {activation}.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplyEach<TActivation>(ref float values, ref float derivatives, int count)
        where TActivation : IActivation<TVector>
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            var (value, derivative) = TActivation.Evaluate(TVector.Load(ref Unsafe.Add(ref values, i)));
            TVector.Store(value, ref Unsafe.Add(ref values, i));
            TVector.Store(derivative, ref Unsafe.Add(ref derivatives, i));
        }
    }

    private readonly struct Relu : IActivation<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Derivative) Evaluate(TVector x) =>
            (TVector.IfNotPositive(x, TVector.Of(0), x), TVector.IfNotPositive(x, TVector.Of(0), TVector.Of(1)));
    }

    private readonly struct LeakyRelu : IActivation<TVector>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Derivative) Evaluate(TVector x)
        {
            var derivative = TVector.IfNotPositive(x, TVector.Of(Activations.LeakySlope), TVector.Of(1));
            return (derivative * x, derivative);
        }
    }

    private readonly struct Tanh : IActivation<TVector>
    {
        /// <summary>tanh' = 1 - tanh².</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Derivative) Evaluate(TVector x)
        {
            var value = VectorMath<TVector>.Tanh(x);
            return (value, TVector.Of(1) - value * value);
        }
    }

    private readonly struct Sigmoid : IActivation<TVector>
    {
        /// <summary>σ' = σ (1 - σ).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Derivative) Evaluate(TVector x)
        {
            var value = VectorMath<TVector>.Sigmoid(x);
            return (value, value * (TVector.Of(1) - value));
        }
    }

    private readonly struct Silu : IActivation<TVector>
    {
        /// <summary>(x σ)' = σ (1 + x (1 - σ)).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Derivative) Evaluate(TVector x)
        {
            var sigmoid = VectorMath<TVector>.Sigmoid(x);
            return (x * sigmoid, sigmoid * TVector.MultiplyAdd(x, TVector.Of(1) - sigmoid, TVector.Of(1)));
        }
    }

    private readonly struct Elu : IActivation<TVector>
    {
        /// <summary>eˣ - 1 below zero, where its derivative is eˣ.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Derivative) Evaluate(TVector x)
        {
            var expM1 = VectorMath<TVector>.ExpM1(x);
            return (TVector.IfNotPositive(x, expM1, x), TVector.IfNotPositive(x, expM1 + TVector.Of(1), TVector.Of(1)));
        }
    }

    private readonly struct Gelu : IActivation<TVector>
    {
        /// <summary>(x Φ(x))' = Φ(x) + x φ(x).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Derivative) Evaluate(TVector x)
        {
            var (density, cumulative) = VectorMath<TVector>.Normal(x);
            return (x * cumulative, TVector.MultiplyAdd(x, density, cumulative));
        }
    }
}

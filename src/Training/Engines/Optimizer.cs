using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Engines;

/// <summary>Updates a vector of weights. The formulas and constants are those of <c>torch.optim</c>.</summary>
internal interface IUpdateRule<TVector>
{
    /// <summary>Moments per weight, 0 to 2.</summary>
    static abstract int Moments { get; }

    void Apply(ref TVector weight, TVector gradient, ref TVector first, ref TVector second);
}

/// <summary>Turns gradients into updates of the weights. Both engines use it.</summary>
internal sealed class Optimizer<TVector>(TrainingSpec spec)
    where TVector : struct, IVector<TVector>
{
    private double _rate;
    private double _firstCorrection;
    private double _secondCorrection;

    /// <summary>Moments per weight.</summary>
    public int Moments { get; } = spec.Optimizer switch
    {
        OptimizerKind.Adam or OptimizerKind.AdamW => Adam.Moments,
        OptimizerKind.RmsProp => RmsProp.Moments,
        OptimizerKind.Sgd => spec.Momentum > 0 ? SgdWithMomentum.Moments : Sgd.Moments,
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Optimizer, null),
    };

    /// <summary>Updates so far, including the one in progress.</summary>
    public long Steps { get; set; }

    /// <summary>Begins a step. The calls of <see cref="Update"/> that follow update each weight once.</summary>
    public void BeginStep(double learningRate)
    {
        Steps++;
        _rate = learningRate;
        _firstCorrection = 1 - Math.Pow(0.9, Steps);
        _secondCorrection = 1 - Math.Pow(0.999, Steps);
    }

    /// <summary>Updates weights. Moments that the rule does not have are ignored.</summary>
    /// <param name="weights">The first weight.</param>
    /// <param name="gradients">The first gradient.</param>
    /// <param name="first">The first moments.</param>
    /// <param name="second">The second moments.</param>
    /// <param name="count">Number of weights, a multiple of the vector's width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update(ref float weights, ref float gradients, ref float first, ref float second, int count)
    {
        var (rate, decay) = ((float)_rate, (float)spec.WeightDecay);
        switch (spec.Optimizer)
        {
            case OptimizerKind.Adam:
                UpdateEach(CreateAdam(decay, shrink: 1), ref weights, ref gradients, ref first, ref second, count);
                break;
            case OptimizerKind.AdamW:
                var adamW = CreateAdam(decay: 0, (float)(1 - _rate * spec.WeightDecay));
                UpdateEach(adamW, ref weights, ref gradients, ref first, ref second, count);
                break;
            case OptimizerKind.RmsProp:
                UpdateEach(new RmsProp(rate, decay), ref weights, ref gradients, ref first, ref second, count);
                break;
            case OptimizerKind.Sgd when Moments > 0:
                var sgd = new SgdWithMomentum(rate, decay, (float)spec.Momentum!.Value);
                UpdateEach(sgd, ref weights, ref gradients, ref first, ref second, count);
                break;
            default:
                UpdateEach(new Sgd(rate, decay), ref weights, ref gradients, ref first, ref second, count);
                break;
        }
    }

    private Adam CreateAdam(float decay, float shrink) =>
        new((float)(_rate / _firstCorrection), (float)(1 / Math.Sqrt(_secondCorrection)), decay, shrink);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpdateEach<TRule>(
        TRule rule, ref float weights, ref float gradients, ref float firsts, ref float seconds, int count)
        where TRule : struct, IUpdateRule<TVector>
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            var weight = TVector.Load(ref Unsafe.Add(ref weights, i));
            var gradient = TVector.Load(ref Unsafe.Add(ref gradients, i));
            var first = TRule.Moments > 0 ? TVector.Load(ref Unsafe.Add(ref firsts, i)) : default;
            var second = TRule.Moments > 1 ? TVector.Load(ref Unsafe.Add(ref seconds, i)) : default;
            rule.Apply(ref weight, gradient, ref first, ref second);
            TVector.Store(weight, ref Unsafe.Add(ref weights, i));
            if (TRule.Moments > 0)
            {
                TVector.Store(first, ref Unsafe.Add(ref firsts, i));
            }

            if (TRule.Moments > 1)
            {
                TVector.Store(second, ref Unsafe.Add(ref seconds, i));
            }
        }
    }

    /// <summary>
    /// Kingma and Ba 2015, algorithm 1. With <paramref name="shrink"/> below 1: AdamW, Loshchilov and Hutter 2019, algorithm 2.
    /// </summary>
    /// <param name="rate">Learning rate / (1 - 0.9ᵗ).</param>
    /// <param name="correction">1 / √(1 - 0.999ᵗ).</param>
    /// <param name="decay">Weight decay as a part of the gradient: gradient + decay x weight.</param>
    /// <param name="shrink">Weight decay apart from the gradient: the factor of every weight.</param>
    private readonly struct Adam(float rate, float correction, float decay, float shrink) : IUpdateRule<TVector>
    {
        public static int Moments => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref TVector weight, TVector gradient, ref TVector first, ref TVector second)
        {
            gradient = TVector.MultiplyAdd(TVector.Of(decay), weight, gradient);
            first = TVector.MultiplyAdd(TVector.Of(0.1f), gradient, TVector.Of(0.9f) * first);
            second = TVector.MultiplyAdd(TVector.Of(0.001f), gradient * gradient, TVector.Of(0.999f) * second);
            var root = TVector.MultiplyAdd(TVector.Sqrt(second), TVector.Of(correction), TVector.Of(1e-8f));
            weight = TVector.MultiplyAdd(TVector.Of(shrink), weight, TVector.Of(-rate) * first / root);
        }
    }

    /// <summary>Tieleman and Hinton 2012, lecture 6.5.</summary>
    private readonly struct RmsProp(float rate, float decay) : IUpdateRule<TVector>
    {
        public static int Moments => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref TVector weight, TVector gradient, ref TVector first, ref TVector second)
        {
            gradient = TVector.MultiplyAdd(TVector.Of(decay), weight, gradient);
            first = TVector.MultiplyAdd(TVector.Of(0.01f), gradient * gradient, TVector.Of(0.99f) * first);
            weight += TVector.Of(-rate) * gradient / (TVector.Sqrt(first) + TVector.Of(1e-8f));
        }
    }

    /// <summary>Polyak 1964: v = μ v + g, w = w - rate v.</summary>
    private readonly struct SgdWithMomentum(float rate, float decay, float momentum) : IUpdateRule<TVector>
    {
        public static int Moments => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref TVector weight, TVector gradient, ref TVector first, ref TVector second)
        {
            gradient = TVector.MultiplyAdd(TVector.Of(decay), weight, gradient);
            first = TVector.MultiplyAdd(TVector.Of(momentum), first, gradient);
            weight = TVector.MultiplyAdd(TVector.Of(-rate), first, weight);
        }
    }

    /// <summary>w = w - rate g.</summary>
    private readonly struct Sgd(float rate, float decay) : IUpdateRule<TVector>
    {
        public static int Moments => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref TVector weight, TVector gradient, ref TVector first, ref TVector second)
        {
            gradient = TVector.MultiplyAdd(TVector.Of(decay), weight, gradient);
            weight = TVector.MultiplyAdd(TVector.Of(-rate), gradient, weight);
        }
    }
}

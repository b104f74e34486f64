using System.Numerics;
using System.Runtime.InteropServices;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Engines;

/// <summary>
/// Turns gradients into steps, over flat parameters. The formulas and constants are those of torch.optim, written here because
/// TorchSharp's own steps hand libtorch numbers that the garbage collector may free meanwhile: about one run in a hundred failed.
/// </summary>
/// <param name="spec">Which optimiser, and its settings.</param>
/// <param name="parameters">How many parameters there are.</param>
internal sealed class Optimizer(TrainingSpec spec, int parameters)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Alpha = 0.99;
    private const float Epsilon = 1e-8f;

    private readonly float[][] _moments = [.. Enumerable.Range(0, MomentsOf(spec)).Select(_ => new float[parameters])];

    /// <summary>Updates made so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Makes one step.</summary>
    /// <param name="weights">Flat parameters; changed.</param>
    /// <param name="gradients">Of the loss, by parameter.</param>
    /// <param name="learningRate">Size of the step.</param>
    public void Step(Span<float> weights, ReadOnlySpan<float> gradients, double learningRate)
    {
        Steps++;
        var decay = (float)spec.WeightDecay;
        switch (spec.Optimizer)
        {
            case OptimizerKind.Adam:
                Update(new Adam(learningRate, Steps, decay, 1), weights, gradients, _moments[0], _moments[1]);
                break;
            case OptimizerKind.AdamW:
                Update(new Adam(learningRate, Steps, 0, (float)(1 - learningRate * spec.WeightDecay)), weights, gradients, _moments[0], _moments[1]);
                break;
            case OptimizerKind.RmsProp:
                Update(new RmsProp((float)learningRate, decay), weights, gradients, _moments[0], _moments[0]);
                break;
            case OptimizerKind.Sgd when _moments.Length > 0:
                Update(new Momentum((float)learningRate, decay, (float)spec.Momentum!.Value), weights, gradients, _moments[0], _moments[0]);
                break;
            default:
                Update(new Descent((float)learningRate, decay), weights, gradients, weights, weights);
                break;
        }
    }

    /// <summary>Copies of the running figures, see <see cref="NetworkState.Moments"/>.</summary>
    public float[][] SaveMoments() => [.. _moments.Select(moment => moment.ToArray())];

    /// <summary>Goes on from saved running figures.</summary>
    /// <exception cref="ArgumentException">They are another optimiser's.</exception>
    public void Load(IReadOnlyList<float[]> moments, long steps)
    {
        if (moments.Count != _moments.Length || moments.Any(moment => moment.Length != parameters))
        {
            throw new ArgumentException("The state is of another network or optimiser.", nameof(moments));
        }

        for (var i = 0; i < _moments.Length; i++)
        {
            moments[i].CopyTo(_moments[i], 0);
        }

        Steps = steps;
    }

    private static int MomentsOf(TrainingSpec spec) => spec.Optimizer switch
    {
        OptimizerKind.Adam or OptimizerKind.AdamW => 2,
        OptimizerKind.RmsProp => 1,
        _ => spec.Momentum > 0 ? 1 : 0,
    };

    /// <summary>The same rule for every parameter, in vectors, and for what is left over in vectors of one value.</summary>
    private static void Update<TRule>(TRule rule, Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second)
        where TRule : struct, IRule
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var f = MemoryMarshal.Cast<float, Vector<float>>(first);
        var s = MemoryMarshal.Cast<float, Vector<float>>(second);
        for (var i = 0; i < w.Length; i++)
        {
            rule.Apply(ref w[i], g[i], ref f[i], ref s[i]);
        }

        for (var i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            var weight = new Vector<float>(weights[i]);
            var one = new Vector<float>(first[i]);
            var two = new Vector<float>(second[i]);
            rule.Apply(ref weight, new Vector<float>(gradients[i]), ref one, ref two);
            second[i] = two[0];
            first[i] = one[0];
            weights[i] = weight[0];
        }
    }

    private interface IRule
    {
        void Apply(ref Vector<float> weight, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second);
    }

    /// <summary>Kingma and Ba 2015, algorithm 1; with <paramref name="keep"/> below 1, decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    private readonly struct Adam(double learningRate, long step, float decay, float keep) : IRule
    {
        private readonly float _size = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
        private readonly float _root = (float)Math.Sqrt(1 - Math.Pow(Beta2, step));

        public void Apply(ref Vector<float> weight, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second)
        {
            gradient += weight * decay;
            first = first * (float)Beta1 + gradient * (float)(1 - Beta1);
            second = second * (float)Beta2 + gradient * gradient * (float)(1 - Beta2);
            weight = weight * keep - _size * first / (Vector.SquareRoot(second) / new Vector<float>(_root) + new Vector<float>(Epsilon));
        }
    }

    /// <summary>Tieleman and Hinton 2012.</summary>
    private readonly struct RmsProp(float learningRate, float decay) : IRule
    {
        public void Apply(ref Vector<float> weight, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second)
        {
            gradient += weight * decay;
            first = first * (float)Alpha + gradient * gradient * (float)(1 - Alpha);
            weight -= learningRate * gradient / (Vector.SquareRoot(first) + new Vector<float>(Epsilon));
        }
    }

    /// <summary>Polyak 1964, in torch's form: the rate is outside the velocity.</summary>
    private readonly struct Momentum(float learningRate, float decay, float momentum) : IRule
    {
        public void Apply(ref Vector<float> weight, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second)
        {
            first = first * momentum + gradient + weight * decay;
            weight -= first * learningRate;
        }
    }

    private readonly struct Descent(float learningRate, float decay) : IRule
    {
        public void Apply(ref Vector<float> weight, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second) =>
            weight -= (gradient + weight * decay) * learningRate;
    }
}

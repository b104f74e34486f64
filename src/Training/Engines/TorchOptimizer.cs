using TorchSharp.Modules;
using Velodrome.Training.Fitting;
using static TorchSharp.torch;

namespace Velodrome.Training.Engines;

/// <summary>One of <c>torch.optim</c> over a single flat parameter, with its running figures in reach.</summary>
internal sealed class TorchOptimizer : IDisposable
{
    private readonly OptimizerHelper _optimizer;
    private readonly OptimizerState _state;
    private readonly bool _hasMomentum;

    /// <param name="parameter">All parameters of the network, flat: one update instead of one per layer.</param>
    /// <param name="spec">Which optimiser, and its settings. The other constants are torch's defaults.</param>
    public TorchOptimizer(Parameter parameter, TrainingSpec spec)
    {
        Parameter[] parameters = [parameter];
        _optimizer = spec.Optimizer switch
        {
            OptimizerKind.Adam => optim.Adam(parameters, spec.LearningRate, weight_decay: spec.WeightDecay),
            OptimizerKind.AdamW => optim.AdamW(parameters, spec.LearningRate, weight_decay: spec.WeightDecay),
            OptimizerKind.Sgd => optim.SGD(parameters, spec.LearningRate, spec.Momentum ?? 0, weight_decay: spec.WeightDecay),
            OptimizerKind.RmsProp => optim.RMSProp(parameters, spec.LearningRate, weight_decay: spec.WeightDecay),
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Optimizer, null),
        };
        _hasMomentum = spec.Momentum > 0;
        _state = _optimizer.state_dict().State.Single();
        if (_hasMomentum)
        {
            // torch makes the buffer at the first step, as a copy of the gradient: the same as starting from zero.
            ((SGD.State)_state).momentum_buffer = zeros_like(parameter).DetachFromDisposeScope();
        }
    }

    public long Steps { get; private set; }

    public void ZeroGrad() => _optimizer.zero_grad();

    public void Step(double learningRate)
    {
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        _optimizer.step();
        Steps++;
    }

    /// <summary>Copies of the running figures, see <see cref="NetworkState.Moments"/>.</summary>
    public float[][] SaveMoments() => [.. Moments.Select(moment => moment.data<float>().ToArray())];

    /// <summary>Goes on from saved running figures.</summary>
    public void Load(IReadOnlyList<float[]> moments, long steps)
    {
        using var scope = NewDisposeScope();
        foreach (var (mine, saved) in Moments.Zip(moments))
        {
            mine.copy_(tensor(saved));
        }

        Steps = steps;
        switch (_state)
        {
            case Adam.State adam: adam.step = steps; break;
            case AdamW.State adamW: adamW.step = steps; break;
            case RMSProp.State rmsProp: rmsProp.step = steps; break;
        }
    }

    public void Dispose() => _optimizer.Dispose();

    public int Count => Moments.Count;

    /// <summary>The optimiser's own tensors, not copies of them.</summary>
    private IReadOnlyList<Tensor> Moments => _state switch
    {
        Adam.State adam => [adam.exp_avg, adam.exp_avg_sq],
        AdamW.State adamW => [adamW.exp_avg, adamW.exp_avg_sq],
        RMSProp.State rmsProp => [rmsProp.square_avg],
        SGD.State sgd when _hasMomentum => [sgd.momentum_buffer],
        _ => [],
    };
}

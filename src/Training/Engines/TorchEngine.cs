using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using static TorchSharp.torch;

namespace Velodrome.Training.Engines;

/// <summary>
/// The reference engine: libtorch's tensors and autograd, through TorchSharp. It supports every option. Steps are made of the
/// gradients in C#: torch.optim's hand libtorch numbers that the collector may free meanwhile, and about one run in a hundred failed.
/// </summary>
public sealed class TorchEngine : IEngine
{
    /// <summary>Rows that <see cref="Predict"/> takes at once, so that its memory does not grow with the table.</summary>
    private const int PredictionRows = 8192;

    private readonly NetworkShape _shape;
    private readonly NetworkOptions _network;
    private readonly TrainingSpec _spec;
    private readonly Parameter _parameters;
    private readonly Optimizer<Lanes8> _optimizer;
    private readonly float[][] _moments;
    private float _noMoment;
    private readonly Scalar _one = 1.0.ToScalar(); // kept: libtorch may not be handed a number that the collector frees
    private readonly Scalar _leakySlope = Activations.LeakySlope.ToScalar();
    private readonly Dictionary<EncodedRows, Tensors> _tables = new(ReferenceEqualityComparer.Instance);

    // One thread per run: runs share the machine, and the number of threads can change the last bits of a sum.
    static TorchEngine() => set_num_threads(1);

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="network">Activation and dropout.</param>
    /// <param name="spec">Batch size, optimiser, loss, seed.</param>
    /// <param name="weights">Where training starts, flat, in the layout of <paramref name="shape"/>.</param>
    /// <exception cref="ArgumentException">The weights do not fit the shape.</exception>
    public TorchEngine(NetworkShape shape, NetworkOptions network, TrainingSpec spec, float[] weights)
    {
        Check(weights.Length == shape.Parameters, "The weights do not fit the network.");
        using var scope = NewDisposeScope();
        (_shape, _network, _spec) = (shape, network, spec);
        _optimizer = new(spec);
        _moments = [.. Enumerable.Range(0, _optimizer.Moments).Select(_ => new float[RoundUpToVectors(shape.Parameters)])];
        _parameters = new Parameter(Aligned(Padded(weights)));
        _parameters.DetachFromDisposeScope();
    }

    public int Outputs => _shape.Outputs;

    public double TrainEpoch(EncodedRows train, ReadOnlySpan<int> order, double learningRate, CancellationToken cancellationToken)
    {
        Check(train.Targets.Length == train.Rows && (train.Weights is null || train.Weights.Length == train.Rows), "The targets or weights do not fit the rows.");
        using var epochScope = NewDisposeScope();
        var table = TensorsOf(train);
        var rows = tensor(ToLongs(order, train.Rows));
        var total = 0.0;
        for (var start = 0; start < order.Length; start += _spec.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var batch = rows.narrow(0, start, Math.Min(_spec.BatchSize, order.Length - start));
            var losses = LossesOf(Forward(table.Features.index_select(0, batch), dropout: true), table.Targets.index_select(0, batch));
            var loss = (table.Weights is null ? losses : losses.mul(table.Weights.index_select(0, batch))).mean();
            loss.backward();
            using var gradients = _parameters.grad!;
            Step(Floats(_parameters), Floats(gradients), learningRate);
            Floats(gradients).Clear();
            total += Floats(loss)[0] * (double)batch.shape[0];
        }

        return total / order.Length;
    }

    public void Predict(EncodedRows rows, Span<float> outputs)
    {
        Check(outputs.Length == rows.Rows * _shape.Outputs, "The outputs do not fit the rows.");
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var features = TensorsOf(rows).Features;
        for (var start = 0; start < rows.Rows; start += PredictionRows)
        {
            using var partScope = NewDisposeScope();
            var part = features.narrow(0, start, Math.Min(PredictionRows, rows.Rows - start));
            Forward(part, dropout: false).contiguous().data<float>().CopyTo(outputs[(start * _shape.Outputs)..]);
        }
    }

    public NetworkState Save() =>
        new(Floats(_parameters)[.._shape.Parameters].ToArray(), [.. _moments.Select(moment => moment[.._shape.Parameters])], _optimizer.Steps);

    public void Load(NetworkState state)
    {
        Check(state.Weights.Length == _shape.Parameters && state.Moments.Count == _moments.Length && state.Moments.All(moment => moment.Length == _shape.Parameters),
            "The state is of another network or optimiser.");
        state.Weights.CopyTo(Floats(_parameters));
        for (var i = 0; i < _moments.Length; i++)
        {
            state.Moments[i].CopyTo(_moments[i], 0);
        }

        _optimizer.Steps = state.Steps;
    }

    public void Dispose()
    {
        foreach (var table in _tables.Values)
        {
            table.Features.Dispose();
            table.Targets.Dispose();
            table.Weights?.Dispose();
        }

        _parameters.grad?.Dispose();
        _parameters.Dispose();
        _one.Dispose();
        _leakySlope.Dispose();
    }

    private void Step(Span<float> weights, Span<float> gradients, double learningRate)
    {
        _optimizer.Begin(learningRate);
        _optimizer.Update(ref weights[0], ref gradients[0], ref MomentAt(0), ref MomentAt(1), weights.Length);
    }

    /// <summary>An optimiser does not look at figures that it lacks.</summary>
    private ref float MomentAt(int moment) => ref moment < _moments.Length ? ref _moments[moment][0] : ref _noMoment;

    /// <summary>Layers are views into the flat parameter, so that autograd gathers their gradients there.</summary>
    private Tensor Forward(Tensor values, bool dropout)
    {
        for (var i = 0; i < _shape.Layers.Count; i++)
        {
            var layer = _shape.Layers[i];
            var weights = _parameters.narrow(0, layer.WeightsAt, layer.Inputs * layer.Outputs).view(layer.Inputs, layer.Outputs);
            var biases = _parameters.narrow(0, layer.BiasesAt, layer.Outputs);
            values = addmm(biases, values, weights, beta: 1, alpha: 1);
            if (i < _shape.Layers.Count - 1)
            {
                values = Activate(values);
                values = dropout && _network.Dropout > 0 ? values.mul(MaskOf(values, i)) : values;
            }
        }

        return values;
    }

    private Tensor Activate(Tensor values) => _network.Activation switch
    {
        Activation.Relu => nn.functional.relu(values),
        Activation.LeakyRelu => values.leaky_relu(_leakySlope),
        Activation.Tanh => tanh(values),
        Activation.Sigmoid => sigmoid(values),
        Activation.Silu => nn.functional.silu(values),
        Activation.Elu => values.elu(_one, _one, _one),
        Activation.Gelu => nn.functional.gelu(values),
        _ => throw new InvalidOperationException($"No such activation: {_network.Activation}."),
    };

    private Tensor MaskOf(Tensor values, int layer)
    {
        var mask = new float[values.numel()];
        DropoutMask.Fill(mask, _network.Dropout, _spec.Seed, _optimizer.Steps, layer);
        return tensor(mask).view(values.shape);
    }

    private Tensor LossesOf(Tensor outputs, Tensor targets) => _spec.Loss switch
    {
        LossKind.Mse => nn.functional.mse_loss(outputs.squeeze(1), targets, nn.Reduction.None),
        LossKind.Mae => nn.functional.l1_loss(outputs.squeeze(1), targets, nn.Reduction.None),
        LossKind.Huber => nn.functional.huber_loss(outputs.squeeze(1), targets, delta: 1, nn.Reduction.None),
        LossKind.CrossEntropy => nn.functional.cross_entropy(outputs, targets.to_type(ScalarType.Int64), reduction: nn.Reduction.None),
        _ => throw new InvalidOperationException($"No such loss: {_spec.Loss}."),
    };

    /// <summary>A table's tensors, made once and kept as long as the engine.</summary>
    private Tensors TensorsOf(EncodedRows rows)
    {
        if (!_tables.TryGetValue(rows, out var tensors))
        {
            // libtorch ends the process, without an exception, when shapes do not fit.
            Check(rows.Width == _shape.Inputs && rows.Features.Length == rows.Rows * rows.Width, "The rows do not fit the network.");
            tensors = new(Keep(Aligned(rows.Features).view(rows.Rows, rows.Width)), Keep(tensor(rows.Targets)),
                rows.Weights is null ? null : Keep(tensor(rows.Weights)));
            _tables.Add(rows, tensors);
        }

        return tensors;
    }

    /// <summary>Parameters that fill vectors; those that nobody uses stay 0.</summary>
    private static int RoundUpToVectors(int parameters) => (parameters + Lanes8.Width - 1) / Lanes8.Width * Lanes8.Width;

    private static float[] Padded(float[] weights)
    {
        var padded = new float[RoundUpToVectors(weights.Length)];
        weights.CopyTo(padded, 0);
        return padded;
    }

    /// <summary>
    /// In libtorch's own memory, 64 bytes apart: a tensor of an array lies where the array does, a multiple of 8, and the last bits
    /// of a matrix product depend on where its factors lie.
    /// </summary>
    private static Tensor Aligned(float[] values) => tensor(values).clone();

    private static Tensor Keep(Tensor tensor) => tensor.DetachFromDisposeScope();

    /// <summary>A contiguous tensor's own memory.</summary>
    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static long[] ToLongs(ReadOnlySpan<int> order, int rows)
    {
        var longs = new long[order.Length];
        for (var i = 0; i < longs.Length; i++)
        {
            Check((uint)order[i] < (uint)rows, "A row number lies outside the table.");
            longs[i] = order[i];
        }

        return longs;
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }

    private sealed record Tensors(Tensor Features, Tensor Targets, Tensor? Weights);
}

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
/// The reference engine: libtorch's tensors and autograd, through TorchSharp. It supports every option. <see cref="Optimizer{TVector}"/>
/// updates the weights: TorchSharp's own optimisers pass libtorch numbers that the garbage collector may free during the call
/// (docs/decisions/0001).
/// </summary>
public sealed class TorchEngine : IEngine
{
    /// <summary>Multiplications of a large step, which takes tens of milliseconds: a cancellation does not wait for its end.</summary>
    private const long LargeStepMultiplications = 500_000_000;

    /// <summary>Number of rows per forward pass of <see cref="Predict"/>, which keeps its memory independent of the table's size.</summary>
    private const int PredictionRows = 8192;

    private readonly NetworkShape _shape;
    private readonly NetworkOptions _network;
    private readonly TrainingSpec _spec;
    private readonly Parameter _parameters;
    private readonly Optimizer<Lanes8> _optimizer;
    private readonly float[][] _moments;
    private readonly TorchTables _tables;
    private readonly long _largeStep;
    private readonly Action? _betweenLayers;
    private float _unusedMoment;

    // Fields, so that the garbage collector cannot free them while libtorch reads them.
    private readonly Scalar _one = 1.0.ToScalar();
    private readonly Scalar _leakySlope = Activations.LeakySlope.ToScalar();

    // One thread per run: runs share the machine, and the number of threads can change the last bits of a sum.
    static TorchEngine() => set_num_threads(1);

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="network">Activation and dropout.</param>
    /// <param name="spec">Batch size, optimiser, loss, seed.</param>
    /// <param name="weights">Initial weights, flat, in the layout of <paramref name="shape"/>.</param>
    /// <exception cref="ArgumentException">The weights do not fit the shape.</exception>
    public TorchEngine(NetworkShape shape, NetworkOptions network, TrainingSpec spec, float[] weights)
        : this(shape, network, spec, weights, LargeStepMultiplications, betweenLayers: null)
    {
    }

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="network">Activation and dropout.</param>
    /// <param name="spec">Batch size, optimiser, loss, seed.</param>
    /// <param name="weights">Initial weights, flat, in the layout of <paramref name="shape"/>.</param>
    /// <param name="largeStep">Multiplications of a forward pass from which a step can be cancelled between layers.</param>
    /// <param name="betweenLayers">Called in large steps before cancellation is checked.</param>
    internal TorchEngine(
        NetworkShape shape, NetworkOptions network, TrainingSpec spec, float[] weights, long largeStep, Action? betweenLayers)
    {
        Check(weights.Length == shape.Parameters, "The weights do not fit the network.");
        using var scope = NewDisposeScope();
        (_shape, _network, _spec) = (shape, network, spec);
        (_largeStep, _betweenLayers) = (largeStep, betweenLayers);
        _tables = new(shape.Inputs);
        _optimizer = new(spec);
        _moments = [.. Enumerable.Range(0, _optimizer.Moments).Select(_ => new float[RoundUpToVectors(shape.Parameters)])];
        _parameters = new Parameter(TorchTables.CreateAligned(Pad(weights)));
        _parameters.DetachFromDisposeScope();
    }

    public int Outputs => _shape.Outputs;

    public double TrainEpoch(
        EncodedRows train, ReadOnlySpan<int> order, Func<int, double> learningRateOf, CancellationToken cancellationToken,
        Span<float> outputs = default)
    {
        var fits = train.Targets.Length == train.Rows && (train.Weights is null || train.Weights.Length == train.Rows);
        Check(fits, "The targets or weights do not fit the rows.");
        Check(outputs.IsEmpty || outputs.Length == train.Rows * _shape.Outputs, "The outputs do not fit the rows.");
        using var epochScope = NewDisposeScope();
        var table = _tables.Get(train);
        var rows = tensor(ToLongs(order, train.Rows));
        var total = 0.0;
        for (var start = 0; start < order.Length; start += _spec.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var batch = rows.narrow(0, start, Math.Min(_spec.BatchSize, order.Length - start));
            var cuts = batch.shape[0] * _shape.Parameters >= _largeStep ? new List<(Tensor Outputs, Tensor Inputs)>() : null;
            var scores = Forward(table.Features.index_select(0, batch), dropout: true, cancellationToken, cuts);
            CopyOutputs(scores, order.Slice(start, (int)batch.shape[0]), outputs);
            var losses = ComputeLosses(scores, table.Targets.index_select(0, batch));
            var loss = (table.Weights is null ? losses : losses.mul(table.Weights.index_select(0, batch))).mean();
            loss.backward();
            FinishBackward(cuts ?? [], cancellationToken);
            using var gradients = _parameters.grad!;
            Update(Floats(_parameters), Floats(gradients), learningRateOf(start / _spec.BatchSize));
            Floats(gradients).Clear();
            total += Floats(loss)[0] * (double)batch.shape[0];
        }

        return total / order.Length;
    }

    public void Predict(EncodedRows rows, Span<float> outputs, CancellationToken cancellationToken = default)
    {
        Check(outputs.Length == rows.Rows * _shape.Outputs, "The outputs do not fit the rows.");
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var features = _tables.Get(rows).Features;
        for (var start = 0; start < rows.Rows; start += PredictionRows)
        {
            using var partScope = NewDisposeScope();
            var part = features.narrow(0, start, Math.Min(PredictionRows, rows.Rows - start));
            Forward(part, dropout: false, cancellationToken).contiguous().data<float>().CopyTo(outputs[(start * _shape.Outputs)..]);
        }
    }

    public NetworkState Save() => new(
        Floats(_parameters)[.._shape.Parameters].ToArray(),
        [.. _moments.Select(moment => moment[.._shape.Parameters])],
        _optimizer.Steps);

    public void Load(NetworkState state)
    {
        var fits = state.Weights.Length == _shape.Parameters && state.Moments.Count == _moments.Length
            && state.Moments.All(moment => moment.Length == _shape.Parameters);
        Check(fits, "The state belongs to another network or optimiser.");
        state.Weights.CopyTo(Floats(_parameters));
        using var gradients = _parameters.grad;
        if (gradients is not null)
        {
            Floats(gradients).Clear(); // a cancelled step leaves some
        }

        for (var i = 0; i < _moments.Length; i++)
        {
            state.Moments[i].CopyTo(_moments[i], 0);
        }

        _optimizer.Steps = state.Steps;
    }

    public void Dispose()
    {
        _tables.Dispose();
        _parameters.grad?.Dispose();
        _parameters.Dispose();
        _one.Dispose();
        _leakySlope.Dispose();
    }

    /// <summary>Copies the outputs of a batch to the rows that they belong to, if there is room for them.</summary>
    private void CopyOutputs(Tensor scores, ReadOnlySpan<int> rows, Span<float> outputs)
    {
        if (outputs.IsEmpty)
        {
            return;
        }

        using var values = scores.detach().contiguous();
        var floats = Floats(values);
        for (var row = 0; row < rows.Length; row++)
        {
            floats.Slice(row * _shape.Outputs, _shape.Outputs).CopyTo(outputs[(rows[row] * _shape.Outputs)..]);
        }
    }

    private void Update(Span<float> weights, Span<float> gradients, double learningRate)
    {
        _optimizer.BeginStep(learningRate);
        _optimizer.Update(ref weights[0], ref gradients[0], ref MomentAt(0), ref MomentAt(1), weights.Length);
    }

    /// <summary>An optimiser ignores moments that it does not have; any reference will do for them.</summary>
    private ref float MomentAt(int moment) => ref moment < _moments.Length ? ref _moments[moment][0] : ref _unusedMoment;

    /// <summary>Layers are views of the flat parameters, so autograd collects all gradients in one flat tensor.</summary>
    /// <param name="values">[rows, inputs].</param>
    /// <param name="dropout">Whether to apply dropout.</param>
    /// <param name="cancellationToken">Checked before each layer.</param>
    /// <param name="cuts">Receives the outputs of each hidden layer, and the inputs of the next layer, which have the same values but are
    /// the start of a graph of their own. Null for one graph of all layers.</param>
    private Tensor Forward(
        Tensor values, bool dropout, CancellationToken cancellationToken, List<(Tensor Outputs, Tensor Inputs)>? cuts = null)
    {
        for (var i = 0; i < _shape.Layers.Count; i++)
        {
            CheckBetweenLayers(cuts is not null, cancellationToken);
            var layer = _shape.Layers[i];
            var weights = _parameters.narrow(0, layer.WeightsAt, layer.Inputs * layer.Outputs).view(layer.Inputs, layer.Outputs);
            var biases = _parameters.narrow(0, layer.BiasesAt, layer.Outputs);
            values = addmm(biases, values, weights, beta: 1, alpha: 1);
            if (i < _shape.Layers.Count - 1)
            {
                values = Activate(values);
                values = dropout && _network.Dropout > 0 ? values.mul(CreateDropoutMask(values, i)) : values;
                values = cuts is null ? values : Cut(values, cuts);
            }
        }

        return values;
    }

    private static Tensor Cut(Tensor outputs, List<(Tensor Outputs, Tensor Inputs)> cuts)
    {
        var inputs = outputs.detach().requires_grad_();
        cuts.Add((outputs, inputs));
        return inputs;
    }

    /// <summary>Takes the gradients through the layers before the last one. They are the operations of one backward pass through a graph
    /// of all layers, so they have the same bits; libtorch would not end that pass before it is through.</summary>
    private void FinishBackward(List<(Tensor Outputs, Tensor Inputs)> cuts, CancellationToken cancellationToken)
    {
        for (var i = cuts.Count - 1; i >= 0; i--)
        {
            CheckBetweenLayers(isLarge: true, cancellationToken);
            cuts[i].Outputs.backward([cuts[i].Inputs.grad!]);
        }
    }

    private void CheckBetweenLayers(bool isLarge, CancellationToken cancellationToken)
    {
        if (isLarge)
        {
            _betweenLayers?.Invoke();
        }

        cancellationToken.ThrowIfCancellationRequested();
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
        _ => throw new InvalidOperationException($"Unknown activation {_network.Activation}."),
    };

    private Tensor CreateDropoutMask(Tensor values, int layer)
    {
        var factors = new float[values.numel()];
        new DropoutMask(_network.Dropout, _spec.Seed, _optimizer.Steps, layer).Fill(factors);
        return tensor(factors).view(values.shape);
    }

    private Tensor ComputeLosses(Tensor outputs, Tensor targets) => _spec.Loss switch
    {
        LossKind.Mse => nn.functional.mse_loss(outputs.squeeze(1), targets, nn.Reduction.None),
        LossKind.Mae => nn.functional.l1_loss(outputs.squeeze(1), targets, nn.Reduction.None),
        LossKind.Huber => nn.functional.huber_loss(outputs.squeeze(1), targets, delta: 1, nn.Reduction.None),
        LossKind.Quantile => ComputePinball(targets - outputs.squeeze(1), _spec.Quantile!.Value),
        LossKind.CrossEntropy => nn.functional.cross_entropy(outputs, targets.to_type(ScalarType.Int64), reduction: nn.Reduction.None),
        _ => throw new InvalidOperationException($"Unknown loss {_spec.Loss}."),
    };

    private static Tensor ComputePinball(Tensor errors, double quantile)
    {
        using Scalar above = quantile, below = quantile - 1;
        return maximum(errors.mul(above), errors.mul(below));
    }

    /// <summary>The optimiser works on whole vectors. The parameters after the last one stay 0.</summary>
    private static int RoundUpToVectors(int parameters) => (parameters + Lanes8.Width - 1) / Lanes8.Width * Lanes8.Width;

    private static float[] Pad(float[] weights)
    {
        var padded = new float[RoundUpToVectors(weights.Length)];
        weights.CopyTo(padded, 0);
        return padded;
    }

    /// <summary>The memory of a contiguous tensor.</summary>
    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static long[] ToLongs(ReadOnlySpan<int> order, int rows)
    {
        var longs = new long[order.Length];
        for (var i = 0; i < longs.Length; i++)
        {
            Check((uint)order[i] < (uint)rows, "A row number is outside the table.");
            longs[i] = order[i];
        }

        return longs;
    }

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}

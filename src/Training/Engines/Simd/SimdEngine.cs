using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// Dense networks on the CPU in vectorised C#. It computes what <see cref="TorchEngine"/> computes, to rounding, without a framework's
/// cost per operation. It allocates nothing after its first step. LAYOUT.md, in this folder, describes its memory and its work.
/// </summary>
public sealed class SimdEngine : IEngine
{
    /// <summary>For networks of up to <c>Parameters</c>, the largest batch with which one thread is faster than <see cref="TorchEngine"/>.
    /// From the table of sizes in bench/results/2026-11-25-amd-epyc.md: this engine was faster at every size but the largest network with
    /// the largest batch, where both were equal. For larger networks than were measured, only small batches count as faster.</summary>
    private static readonly (int Parameters, int Batch)[] FasterUpTo =
        [(500_000, int.MaxValue), (1_500_000, 4096), (5_000_000, 512), (int.MaxValue, 256)];

    /// <summary>Lanes of a vector, and the relative cost of a weight with them: tiles of single vectors leave half of the registers unused.
    /// In the bench's table of widths, the width of least total cost was the fastest, or as fast as the fastest within the noise.</summary>
    private static readonly (int Lanes, double Cost)[] Widths =
        Vector512.IsHardwareAccelerated ? [(8, 1.65), (16, 1), (32, 0.9)]
        : Vector256.IsHardwareAccelerated ? [(8, 1.65), (16, 1)]
        : [(4, 1.65), (8, 1)];

    private readonly NetworkShape _shape;
    private readonly TrainingSpec _spec;
    private readonly ISimdNetwork _network;
    private readonly int _moments;

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="network">Activation and dropout.</param>
    /// <param name="spec">Batch size, optimiser, loss, seed.</param>
    /// <param name="weights">Initial weights, flat, in the layout of <paramref name="shape"/>.</param>
    /// <param name="maxThreads">Threads that a large step may use, at least 1. The results are bit-for-bit the same for any number.</param>
    /// <param name="mayUseThreads">Called before each large step: whether it may use more than one thread now. Default: always.</param>
    /// <param name="lanes">Lanes of a vector: 4, 8, 16 or 32. Default: chosen from the hardware and the layers' sizes. Results differ in
    /// rounding only.</param>
    /// <exception cref="ArgumentException">The weights do not fit the shape, or a number is out of its range.</exception>
    public SimdEngine(
        NetworkShape shape, NetworkOptions network, TrainingSpec spec, float[] weights,
        int maxThreads = 1, Func<bool>? mayUseThreads = null, int? lanes = null)
    {
        Check(weights.Length == shape.Parameters, "The weights do not fit the network.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxThreads);
        (_shape, _spec) = (shape, spec);
        mayUseThreads ??= () => true;
        _network = (lanes ?? ChooseLanes(shape)) switch
        {
            32 => new SimdNetwork<DoubleVector<Lanes16>>(shape, network, spec, maxThreads, mayUseThreads),
            16 => new SimdNetwork<DoubleVector<Lanes8>>(shape, network, spec, maxThreads, mayUseThreads),
            8 when Vector256.IsHardwareAccelerated => new SimdNetwork<Lanes8>(shape, network, spec, maxThreads, mayUseThreads),
            8 => new SimdNetwork<DoubleVector<Lanes4>>(shape, network, spec, maxThreads, mayUseThreads),
            4 => new SimdNetwork<Lanes4>(shape, network, spec, maxThreads, mayUseThreads),
            _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "A vector has 4, 8, 16 or 32 lanes."),
        };
        _moments = _network.Save().Moments.Count;
        _network.Load(new(weights, [], 0));
    }

    public int Outputs => _shape.Outputs;

    /// <summary>Whether this engine is faster than <see cref="TorchEngine"/> for a network, both on one thread.</summary>
    /// <param name="shape">Sizes of the network.</param>
    /// <param name="batchSize">Rows per step.</param>
    public static bool IsFasterFor(NetworkShape shape, int batchSize) =>
        batchSize <= FasterUpTo.First(size => shape.Parameters <= size.Parameters).Batch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double TrainEpoch(
        EncodedRows train, ReadOnlySpan<int> order, Func<int, double> learningRateOf, CancellationToken cancellationToken,
        Span<float> outputs = default)
    {
        CheckFit(train);
        CheckRows(train, order);
        Check(outputs.IsEmpty || outputs.Length == train.Rows * _shape.Outputs, "The outputs do not fit the rows.");
        var total = 0.0;
        for (var start = 0; start < order.Length; start += _spec.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = order.Slice(start, Math.Min(_spec.BatchSize, order.Length - start));
            total += _network.Train(train, batch, learningRateOf(start / _spec.BatchSize), outputs, cancellationToken);
        }

        return total / order.Length;
    }

    public void Predict(EncodedRows rows, Span<float> outputs, CancellationToken cancellationToken = default)
    {
        CheckFit(rows);
        Check(outputs.Length == rows.Rows * _shape.Outputs, "The outputs do not fit the rows.");
        _network.Predict(rows, outputs, cancellationToken);
    }

    public NetworkState Save() => _network.Save();

    public void Load(NetworkState state)
    {
        var fits = state.Weights.Length == _shape.Parameters && state.Moments.Count == _moments
            && state.Moments.All(moment => moment.Length == _shape.Parameters);
        Check(fits, "The state belongs to another network or optimiser.");
        _network.Load(state);
    }

    public void Dispose() => _network.Dispose();

    /// <summary>The lanes of least cost for the weights, including the padding that fills outputs up to whole vectors. A single output
    /// has no padding.</summary>
    private static int ChooseLanes(NetworkShape shape)
    {
        long Padded(Layer layer, int lanes) =>
            layer.Outputs == 1 ? layer.Inputs : (layer.Inputs + 1L) * ((layer.Outputs + lanes - 1) / lanes * lanes);

        return Widths.MinBy(width => width.Cost * shape.Layers.Sum(layer => Padded(layer, width.Lanes))).Lanes;
    }

    private void CheckFit(EncodedRows rows) =>
        Check(rows.Width == _shape.Inputs && rows.Features.Length == rows.Rows * rows.Width, "The rows do not fit the network.");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CheckRows(EncodedRows train, ReadOnlySpan<int> order)
    {
        var fits = train.Targets.Length == train.Rows && (train.Weights is null || train.Weights.Length == train.Rows);
        Check(fits, "The targets or weights do not fit the rows.");
        var isClasses = _spec.Loss == LossKind.CrossEntropy;
        foreach (var row in order)
        {
            Check((uint)row < (uint)train.Rows, "A row number is outside the table.");
            Check(!isClasses || (train.Targets[row] >= 0 && train.Targets[row] < _shape.Outputs),
                "The network has no output for a target class.");
        }
    }

    private static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// Dense networks on the CPU in vectorised C#: the same arithmetic as <see cref="TorchEngine"/>, to rounding, without the framework's
/// price per operation. After its first step it allocates nothing.
/// </summary>
public sealed class SimdEngine : IEngine
{
    /// <summary>Up to so many parameters, the largest batch with which one thread was faster than <see cref="TorchEngine"/>. Measured by
    /// <c>dotnet run -c Release --project bench</c>, the table of sizes in bench/results/2026-11-25-amd-epyc.md: of all sizes there it was
    /// not faster at one alone, level where the largest network meets the largest batch; beyond, only small batches are taken as known.</summary>
    private static readonly (int Parameters, int Batch)[] FasterUpTo = [(500_000, int.MaxValue), (1_500_000, 4096), (5_000_000, 512), (int.MaxValue, 256)];

    /// <summary>Units that the hardware computes side by side, and what a weight then costs: one vector leaves half of the registers empty.
    /// From the bench's table of widths: what makes least work by these costs was the fastest there, or as fast but for the noise.</summary>
    private static readonly (int Lanes, double Cost)[] Widths =
        Vector512.IsHardwareAccelerated ? [(8, 1.65), (16, 1), (32, 0.9)] : Vector256.IsHardwareAccelerated ? [(8, 1.65), (16, 1)] : [(4, 1.65), (8, 1)];

    private readonly NetworkShape _shape;
    private readonly TrainingSpec _spec;
    private readonly ISimdNetwork _network;
    private readonly int _moments;

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="network">Activation and dropout.</param>
    /// <param name="spec">Batch size, optimiser, loss, seed.</param>
    /// <param name="weights">Where training starts, flat, in the layout of <paramref name="shape"/>.</param>
    /// <param name="maxThreads">Threads that a large step may use; the bits do not depend on it.</param>
    /// <param name="mayUseThreads">Asked before a large step: whether it may use those threads now. By default it may.</param>
    /// <param name="lanes">Units that are computed side by side: 4, 8, 16 or 32; by default what suits the hardware and the network. Results differ in rounding only.</param>
    /// <exception cref="ArgumentException">The weights do not fit the shape, or the threads are fewer than one, or so many lanes there are not.</exception>
    public SimdEngine(NetworkShape shape, NetworkOptions network, TrainingSpec spec, float[] weights, int maxThreads = 1, Func<bool>? mayUseThreads = null, int? lanes = null)
    {
        Check(weights.Length == shape.Parameters, "The weights do not fit the network.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxThreads);
        (_shape, _spec) = (shape, spec);
        _network = (lanes ?? LanesFor(shape)) switch
        {
            32 => new SimdNetwork<DoubleVector<Lanes16>>(shape, network, spec, maxThreads, mayUseThreads ?? (() => true)),
            16 => new SimdNetwork<DoubleVector<Lanes8>>(shape, network, spec, maxThreads, mayUseThreads ?? (() => true)),
            8 when Vector256.IsHardwareAccelerated => new SimdNetwork<Lanes8>(shape, network, spec, maxThreads, mayUseThreads ?? (() => true)),
            8 => new SimdNetwork<DoubleVector<Lanes4>>(shape, network, spec, maxThreads, mayUseThreads ?? (() => true)),
            4 => new SimdNetwork<Lanes4>(shape, network, spec, maxThreads, mayUseThreads ?? (() => true)),
            _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "4, 8, 16 or 32 units are computed side by side."),
        };
        _moments = _network.Save().Moments.Count;
        _network.Load(new(weights, [], 0));
    }

    public int Outputs => _shape.Outputs;

    /// <summary>What makes least work of the weights, with the padding that fills them up to whole vectors. A single output needs none.</summary>
    private static int LanesFor(NetworkShape shape)
    {
        long Padded(Layer layer, int lanes) => layer.Outputs == 1 ? layer.Inputs : (layer.Inputs + 1L) * ((layer.Outputs + lanes - 1) / lanes * lanes);
        return Widths.MinBy(width => width.Cost * shape.Layers.Sum(layer => Padded(layer, width.Lanes))).Lanes;
    }

    /// <summary>Whether this engine is the faster one for a network, on one thread.</summary>
    /// <param name="shape">Sizes of the network.</param>
    /// <param name="batchSize">Rows per step.</param>
    public static bool IsFasterFor(NetworkShape shape, int batchSize) => batchSize <= FasterUpTo.First(size => shape.Parameters <= size.Parameters).Batch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double TrainEpoch(EncodedRows train, ReadOnlySpan<int> order, double learningRate, CancellationToken cancellationToken)
    {
        CheckFit(train);
        CheckRows(train, order);
        var total = 0.0;
        for (var start = 0; start < order.Length; start += _spec.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += _network.Train(train, order.Slice(start, Math.Min(_spec.BatchSize, order.Length - start)), learningRate);
        }

        return total / order.Length;
    }

    public void Predict(EncodedRows rows, Span<float> outputs)
    {
        CheckFit(rows);
        Check(outputs.Length == rows.Rows * _shape.Outputs, "The outputs do not fit the rows.");
        _network.Predict(rows, outputs);
    }

    public NetworkState Save() => _network.Save();

    public void Load(NetworkState state)
    {
        Check(state.Weights.Length == _shape.Parameters && state.Moments.Count == _moments && state.Moments.All(moment => moment.Length == _shape.Parameters),
            "The state is of another network.");
        _network.Load(state);
    }

    public void Dispose() => _network.Dispose();

    private void CheckFit(EncodedRows rows) =>
        Check(rows.Width == _shape.Inputs && rows.Features.Length == rows.Rows * rows.Width, "The rows do not fit the network.");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CheckRows(EncodedRows train, ReadOnlySpan<int> order)
    {
        Check(train.Targets.Length == train.Rows && (train.Weights is null || train.Weights.Length == train.Rows), "The targets or weights do not fit the rows.");
        var isClasses = _spec.Loss == LossKind.CrossEntropy;
        foreach (var row in order)
        {
            Check((uint)row < (uint)train.Rows, "A row number lies outside the table.");
            Check(!isClasses || (train.Targets[row] >= 0 && train.Targets[row] < _shape.Outputs), "A class lies outside the network's outputs.");
        }
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}

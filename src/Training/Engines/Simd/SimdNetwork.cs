using System.Diagnostics;
using System.Runtime.CompilerServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// Forward, loss, backward, update. The rows of a large step are divided into two halves, which have only the weights in common. A half
/// passes three stages: chunks of rows go forward and backward; blocks of weights accumulate their gradients; blocks are updated.
/// Threads share the halves and the items of a stage. Every number is computed by one thread, always in the same order, so the result
/// does not depend on the number of threads. A large step that is cancelled skips its remaining work and throws. See LAYOUT.md.
/// </summary>
/// <remarks>
/// Methods that a step calls are compiled with full optimisation at their first call. A service that has just started has thousands of
/// other methods to recompile before the runtime would come to these.
/// </remarks>
internal sealed class SimdNetwork<TVector> : ISimdNetwork
    where TVector : struct, IVector<TVector>
{
    /// <summary>Multiplications of a large step: threads gain more than they cost, and a cancellation does not wait for its end.</summary>
    private const long LargeStepMultiplications = 2_000_000;

    private const int PropagateStage = 0, AccumulateStage = 1, UpdateStage = 2;

    private readonly NetworkShape _shape;
    private readonly int _maxRows;
    private readonly int _maxUndividedRows;
    private readonly Optimizer<TVector> _optimizer;
    private readonly ILayer<TVector>[] _layers;
    private readonly Batch _batch;
    private readonly Propagation<TVector>[] _halves;
    private readonly WeightUpdates<TVector> _updates;
    private readonly AlignedBuffer[] _scratch;
    private readonly ThreadTeam? _team;
    private readonly Func<bool> _mayUseThreads;
    private readonly ParallelismTuner _tuner = new();
    private readonly int _updatersPerHalf;
    private readonly int[] _itemsPerStage = new int[3];
    private readonly WorkItem _predictItem;
    private readonly WorkItem _trainItem;

    public SimdNetwork(NetworkShape shape, NetworkOptions network, TrainingSpec spec, int threads, Func<bool> mayUseThreads)
    {
        (_shape, _mayUseThreads) = (shape, mayUseThreads);
        var hasHalves = spec.BatchSize > 1 && IsLarge(spec.BatchSize);
        _maxUndividedRows = hasHalves ? (spec.BatchSize + 1) / 2 : int.MaxValue;
        threads = hasHalves ? threads : 1;
        _updatersPerHalf = (threads + 1) / 2;
        _optimizer = new(spec);
        _layers = [.. shape.Layers.Select((layer, i) => CreateLayer(layer, i, spec.Loss))];
        _batch = new(shape.Outputs);
        _halves = [.. Enumerable.Range(0, Math.Min(2, threads))
            .Select(_ => new Propagation<TVector>(shape, network, spec, _layers, _batch))];
        _maxRows = Math.Max(spec.BatchSize, _halves[0].ChunkRows);
        _team = threads > 1 ? new(threads, queues: 2) : null;
        _updates = new(_layers, _optimizer, hasHalves, _team);
        var scratchLength = Math.Max(_updates.ScratchLength, _halves[0].ScratchLength);
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(scratchLength))];
        (_predictItem, _trainItem) = (PredictItem, TrainItem);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Train(
        EncodedRows table, ReadOnlySpan<int> batch, double learningRate, Span<float> outputs = default,
        CancellationToken cancellationToken = default)
    {
        var withinStep = IsLarge(batch.Length) ? cancellationToken : default;
        _batch.Begin(table, batch.Length, withinStep);
        _batch.KeepsOutputs = !outputs.IsEmpty;
        batch.CopyTo(_batch.Rows);
        _optimizer.BeginStep(learningRate);
        var halves = CountHalves(batch.Length);
        _updates.Begin(halves, withinStep);
        var (mayUseThreads, start) = (MayUseThreads(batch.Length), Stopwatch.GetTimestamp());
        try
        {
            RunStages(_trainItem, mayUseThreads && _tuner.UsesThreads, _updates.Blocks, halves > 1 ? _updatersPerHalf : 0);
            withinStep.ThrowIfCancellationRequested();
        }
        catch
        {
            _updates.Reset();
            throw;
        }

        if (mayUseThreads)
        {
            _tuner.RecordStep((double)(Stopwatch.GetTimestamp() - start) / batch.Length);
        }

        for (var row = 0; row < batch.Length && !outputs.IsEmpty; row++)
        {
            _batch.OutputsOf(row).CopyTo(outputs[(batch[row] * _shape.Outputs)..]);
        }

        var sum = 0.0;
        foreach (var loss in _batch.Losses)
        {
            sum += loss;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Predict(EncodedRows table, Span<float> outputs, CancellationToken cancellationToken = default)
    {
        for (var start = 0; start < table.Rows; start += _maxRows)
        {
            _batch.Begin(table, Math.Min(_maxRows, table.Rows - start), cancellationToken);
            for (var i = 0; i < _batch.Count; i++)
            {
                _batch.Rows[i] = start + i;
            }

            RunStages(_predictItem, MayUseThreads(_batch.Count) && _tuner.UsesThreads);
            cancellationToken.ThrowIfCancellationRequested();
            _batch.Outputs.CopyTo(outputs[(start * _shape.Outputs)..]);
        }
    }

    public NetworkState Save()
    {
        float[] Flat(int moment)
        {
            var flat = new float[_shape.Parameters];
            Array.ForEach(_layers, layer => layer.Save(moment, flat));
            return flat;
        }

        return new(Flat(-1), [.. Enumerable.Range(0, _optimizer.Moments).Select(Flat)], _optimizer.Steps);
    }

    public void Load(NetworkState state)
    {
        foreach (var layer in _layers)
        {
            layer.Load(-1, state.Weights);
            for (var moment = 0; moment < state.Moments.Count; moment++)
            {
                layer.Load(moment, state.Moments[moment]);
            }
        }

        _optimizer.Steps = state.Steps;
    }

    public void Dispose() => _team?.Dispose();

    private ILayer<TVector> CreateLayer(Layer layer, int i, LossKind loss)
    {
        var isScalar = i > 0 && layer.End == _shape.Parameters && layer.Outputs == 1 && loss != LossKind.CrossEntropy;
        return isScalar
            ? new ScalarLayer<TVector>(layer, _optimizer.Moments)
            : new DenseLayer<TVector>(layer, _optimizer.Moments, hasBackward: i > 0);
    }

    private bool IsLarge(int rows) => (long)rows * _shape.Parameters >= LargeStepMultiplications;

    /// <summary>A batch that fits in the memory of one half, such as an epoch's last one, is not divided.</summary>
    private int CountHalves(int rows) => rows > _maxUndividedRows ? 2 : 1;

    private bool MayUseThreads(int rows) => _team is not null && CountHalves(rows) > 1 && _mayUseThreads();

    /// <summary>The propagation of a half. A network of one thread takes both halves through the same memory.</summary>
    private Propagation<TVector> Half(int half) => _halves[half % _halves.Length];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunStages(WorkItem work, bool byTeam, int accumulateItems = 0, int updateItems = 0)
    {
        var halves = CountHalves(_batch.Count);
        var rows = (_batch.Count + halves - 1) / halves;
        _itemsPerStage[PropagateStage] = Half(0).CountChunks(rows);
        _itemsPerStage[AccumulateStage] = accumulateItems;
        _itemsPerStage[UpdateStage] = updateItems;
        if (byTeam)
        {
            Half(0).Begin(0, rows);
            Half(1).Begin(rows, _batch.Count - rows);
            _team!.Run(_itemsPerStage, work);
            return;
        }

        for (var half = 0; half < halves; half++)
        {
            Half(half).Begin(half * rows, Math.Min(rows, _batch.Count - half * rows));
            for (var stage = 0; stage < _itemsPerStage.Length; stage++)
            {
                for (var number = 0; number < _itemsPerStage[stage]; number++)
                {
                    work(half, stage, number, worker: 0);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PredictItem(int half, int stage, int chunk, int worker)
    {
        if (chunk < Half(half).Chunks)
        {
            Half(half).Forward(chunk);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TrainItem(int half, int stage, int number, int worker)
    {
        var rows = Half(half);
        switch (stage)
        {
            case PropagateStage when number < rows.Chunks:
                rows.ForwardAndBackward(_optimizer.Steps - 1, number, ref _scratch[worker][0]);
                break;
            case AccumulateStage:
                // One half goes from the first block to the last, the other from the last to the first: they meet at one block only.
                _updates.AccumulateGradients(half == 0 ? number : _updates.Blocks - 1 - number, rows, ref _scratch[worker][0]);
                break;
            case UpdateStage:
                // The reverse order: the gradients that were accumulated last are still in the caches.
                _updates.ApplyUpdates(fromLast: half == 0);
                break;
        }
    }
}

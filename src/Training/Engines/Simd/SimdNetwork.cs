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

/// <summary>A network whose vectors have some width or other.</summary>
internal interface ISimdNetwork : IDisposable
{
    /// <summary>One step on a batch.</summary>
    /// <returns>The sum of the rows' losses.</returns>
    double Train(EncodedRows table, ReadOnlySpan<int> batch, double learningRate);

    /// <inheritdoc cref="IEngine.Predict"/>
    void Predict(EncodedRows table, Span<float> outputs);

    /// <inheritdoc cref="IEngine.Save"/>
    NetworkState Save();

    /// <inheritdoc cref="IEngine.Load"/>
    void Load(NetworkState state);
}

/// <summary>
/// Forward, loss, backward, update. A large step is taken in two halves of its rows, which meet nowhere but at the weights: chunks of
/// rows go forward and back; blocks of weights gather their gradients over the half; then they learn. Threads share the halves and their parts;
/// every number is computed by one of them, always in the same order, so that the bits do not depend on how many there are.
/// What a step calls is compiled in full at its first call: a service that has just started has thousands of other methods to improve
/// before the runtime would come to these.
/// </summary>
internal sealed class SimdNetwork<TVector> : ISimdNetwork
    where TVector : struct, IVector<TVector>
{
    /// <summary>Multiplications of a step from which on threads gain more than they cost.</summary>
    private const long MinParallelMultiplications = 2_000_000;

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
        var isShared = spec.BatchSize > 1 && (long)spec.BatchSize * shape.Parameters >= MinParallelMultiplications;
        _maxUndividedRows = isShared ? (spec.BatchSize + 1) / 2 : int.MaxValue;
        threads = isShared ? threads : 1;
        _updatersPerHalf = (threads + 1) / 2;
        _optimizer = new(spec);
        _layers = [.. shape.Layers.Select((layer, i) => LayerOf(layer, i, spec.Loss))];
        _batch = new(shape.Outputs);
        _halves = [.. Enumerable.Range(0, Math.Min(2, threads)).Select(_ => new Propagation<TVector>(shape, network, spec, _layers, _batch))];
        _updates = new(_layers, _optimizer, isShared);
        _maxRows = Math.Max(spec.BatchSize, _halves[0].ChunkRows);
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer(Math.Max(_updates.ScratchLength, _halves[0].ScratchLength)))];
        _team = threads > 1 ? new(threads, lanes: 2) : null;
        (_predictItem, _trainItem) = (PredictItem, TrainItem);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Train(EncodedRows table, ReadOnlySpan<int> rows, double learningRate)
    {
        _batch.Begin(table, rows.Length);
        rows.CopyTo(_batch.Rows);
        _optimizer.Begin(learningRate);
        _updates.Begin(HalvesOf(rows.Length));
        var (mayShare, start) = (MayUseThreads(rows.Length), Stopwatch.GetTimestamp());
        RunStages(_trainItem, mayShare && _tuner.UsesThreads, _updates.Blocks, HalvesOf(rows.Length) > 1 ? _updatersPerHalf : 0);
        if (mayShare)
        {
            _tuner.RecordStep((double)(Stopwatch.GetTimestamp() - start) / rows.Length);
        }

        var sum = 0.0;
        foreach (var loss in _batch.Losses)
        {
            sum += loss;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Predict(EncodedRows table, Span<float> outputs)
    {
        for (var start = 0; start < table.Rows; start += _maxRows)
        {
            _batch.Begin(table, Math.Min(_maxRows, table.Rows - start));
            for (var i = 0; i < _batch.Count; i++)
            {
                _batch.Rows[i] = start + i;
            }

            RunStages(_predictItem, MayUseThreads(_batch.Count) && _tuner.UsesThreads);
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

    private ILayer<TVector> LayerOf(Layer layer, int i, LossKind loss) => i > 0 && layer.End == _shape.Parameters && layer.Outputs == 1 && loss != LossKind.CrossEntropy
        ? new ScalarLayer<TVector>(layer, _optimizer.Moments)
        : new DenseLayer<TVector>(layer, _optimizer.Moments, passesBack: i > 0);

    /// <summary>What is no more than half of a large batch goes through whole: there is room for it, and an epoch's last batch needs no more.</summary>
    private int HalvesOf(int rows) => rows > _maxUndividedRows ? 2 : 1;

    private bool MayUseThreads(int rows) => _team is not null && HalvesOf(rows) > 1 && _mayUseThreads();

    private Propagation<TVector> Half(int half) => _halves[half % _halves.Length];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunStages(WorkItem work, bool byTeam, int accumulating = 0, int updating = 0)
    {
        var halves = HalvesOf(_batch.Count);
        var rows = (_batch.Count + halves - 1) / halves;
        (_itemsPerStage[0], _itemsPerStage[1], _itemsPerStage[2]) = (Half(0).ChunksOf(rows), accumulating, updating);
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
            case 0 when number < rows.Chunks:
                rows.ForwardAndBackward(_optimizer.Steps, number, ref _scratch[worker][0]);
                break;
            case 1:
                // One half goes from the first block to the last and the other from the last to the first, so that they meet but once.
                _updates.AccumulateGradients(half == 0 ? number : _updates.Blocks - 1 - number, rows, ref _scratch[worker][0]);
                break;
            case 2:
                _updates.ApplyUpdates(fromLast: half == 0); // and back: what was gathered last is still near
                break;
        }
    }
}

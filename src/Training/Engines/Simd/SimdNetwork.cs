using System.Diagnostics;
using System.Runtime.CompilerServices;
using Velodrome.Training.Encoding;
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
    private const long WorthSharing = 2_000_000;

    private readonly NetworkShape _shape;
    private readonly int _most;
    private readonly int _undivided;
    private readonly Optimizer<TVector> _optimizer;
    private readonly ILayer<TVector>[] _layers;
    private readonly Batch _batch;
    private readonly Propagation<TVector>[] _halves;
    private readonly Learning<TVector> _learning;
    private readonly Memory[] _scratch;
    private readonly Crew? _crew;
    private readonly Func<bool> _mayShare;
    private readonly Trial _trial = new();
    private readonly int _learnersPerHalf;
    private readonly int[] _stages = new int[3];
    private readonly Part _predictPart;
    private readonly Part _trainPart;

    public SimdNetwork(NetworkShape shape, NetworkOptions network, TrainingSpec spec, int threads, Func<bool> mayShare)
    {
        (_shape, _mayShare) = (shape, mayShare);
        var isShared = spec.BatchSize > 1 && (long)spec.BatchSize * shape.Parameters >= WorthSharing;
        _undivided = isShared ? (spec.BatchSize + 1) / 2 : int.MaxValue;
        threads = isShared ? threads : 1;
        _learnersPerHalf = (threads + 1) / 2;
        _optimizer = new(spec);
        _layers = [.. shape.Layers.Select((layer, i) => LayerOf(layer, i, spec.Loss))];
        _batch = new(shape.Outputs);
        _halves = [.. Enumerable.Range(0, Math.Min(2, threads)).Select(_ => new Propagation<TVector>(shape, network, spec, _layers, _batch))];
        _learning = new(_layers, _optimizer, isShared);
        _most = Math.Max(spec.BatchSize, _halves[0].ChunkRows);
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new Memory(Math.Max(_learning.ScratchLength, _halves[0].ScratchLength)))];
        _crew = threads > 1 ? new(threads, lanes: 2) : null;
        (_predictPart, _trainPart) = (PredictPart, TrainPart);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Train(EncodedRows table, ReadOnlySpan<int> rows, double learningRate)
    {
        _batch.Begin(table, rows.Length);
        rows.CopyTo(_batch.Rows);
        _optimizer.Begin(learningRate);
        _learning.Begin(HalvesOf(rows.Length));
        var (mayShare, start) = (MayShare(rows.Length), Stopwatch.GetTimestamp());
        Share(_trainPart, mayShare && _trial.Shares, _learning.Blocks, HalvesOf(rows.Length) > 1 ? _learnersPerHalf : 0);
        if (mayShare)
        {
            _trial.Took((double)(Stopwatch.GetTimestamp() - start) / rows.Length);
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
        for (var start = 0; start < table.Rows; start += _most)
        {
            _batch.Begin(table, Math.Min(_most, table.Rows - start));
            for (var i = 0; i < _batch.Count; i++)
            {
                _batch.Rows[i] = start + i;
            }

            Share(_predictPart, MayShare(_batch.Count) && _trial.Shares);
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

    public void Dispose() => _crew?.Dispose();

    private ILayer<TVector> LayerOf(Layer layer, int i, LossKind loss) => i > 0 && layer.End == _shape.Parameters && layer.Outputs == 1 && loss != LossKind.CrossEntropy
        ? new ScalarLayer<TVector>(layer, _optimizer.Moments)
        : new DenseLayer<TVector>(layer, _optimizer.Moments, passesBack: i > 0);

    /// <summary>What is no more than half of a large batch goes through whole: there is room for it, and an epoch's last batch needs no more.</summary>
    private int HalvesOf(int rows) => rows > _undivided ? 2 : 1;

    private bool MayShare(int rows) => _crew is not null && HalvesOf(rows) > 1 && _mayShare();

    private Propagation<TVector> Half(int half) => _halves[half % _halves.Length];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Share(Part work, bool byCrew, int gathering = 0, int learning = 0)
    {
        var halves = HalvesOf(_batch.Count);
        var rows = (_batch.Count + halves - 1) / halves;
        (_stages[0], _stages[1], _stages[2]) = (Half(0).ChunksOf(rows), gathering, learning);
        if (byCrew)
        {
            Half(0).Begin(0, rows);
            Half(1).Begin(rows, _batch.Count - rows);
            _crew!.Share(_stages, work);
            return;
        }

        for (var half = 0; half < halves; half++)
        {
            Half(half).Begin(half * rows, Math.Min(rows, _batch.Count - half * rows));
            for (var stage = 0; stage < _stages.Length; stage++)
            {
                for (var number = 0; number < _stages[stage]; number++)
                {
                    work(half, stage, number, worker: 0);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PredictPart(int half, int stage, int chunk, int worker)
    {
        if (chunk < Half(half).Chunks)
        {
            Half(half).Forward(chunk);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TrainPart(int half, int stage, int number, int worker)
    {
        var rows = Half(half);
        switch (stage)
        {
            case 0 when number < rows.Chunks:
                rows.ForwardAndBack(_optimizer.Steps, number, ref _scratch[worker][0]);
                break;
            case 1:
                // One half goes from the first block to the last and the other from the last to the first, so that they meet but once.
                _learning.Gather(half == 0 ? number : _learning.Blocks - 1 - number, rows, ref _scratch[worker][0]);
                break;
            case 2:
                _learning.Learn(fromLast: half == 0); // and back: what was gathered last is still near
                break;
        }
    }
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
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
/// Forward, loss, backward, update. A step has two parts with nothing to wait for in between: chunks of rows go forward and back;
/// then blocks of weights gather their gradients over all rows and are updated. Threads share chunks and blocks; every number is
/// computed by one of them, always in the same order, so that the bits do not depend on how many there are.
/// </summary>
internal sealed class SimdNetwork<TVector> : ISimdNetwork
    where TVector : struct, IVector<TVector>
{
    /// <summary>Multiplications of a step from which on threads gain more than they cost.</summary>
    private const long WorthSharing = 2_000_000;

    private readonly NetworkShape _shape;
    private readonly int _most;
    private readonly Optimizer<TVector> _optimizer;
    private readonly DenseLayer<TVector>[] _layers;
    private readonly Propagation<TVector> _propagation;
    private readonly (int Layer, int Panel, int Block)[] _blocks;
    private readonly Memory[] _scratch;
    private readonly Crew? _crew;
    private readonly Func<bool> _mayShare;
    private readonly Action<int, int> _predictChunk;
    private readonly Action<int, int> _trainChunk;
    private readonly Action<int, int> _learnBlock;

    public SimdNetwork(NetworkShape shape, NetworkOptions network, TrainingSpec spec, int threads, Func<bool> mayShare)
    {
        (_shape, _mayShare) = (shape, mayShare);
        _optimizer = new(spec);
        _layers = [.. shape.Layers.Select((layer, i) => new DenseLayer<TVector>(layer, _optimizer.Moments, passesBack: i > 0))];
        _blocks = [.. from layer in Enumerable.Range(0, _layers.Length)
                      from panel in Enumerable.Range(0, _layers[layer].Panels)
                      from block in Enumerable.Range(0, _layers[layer].Blocks)
                      select (layer, panel, block)];
        _propagation = new(shape, network, spec, _layers);
        _most = Math.Max(spec.BatchSize, _propagation.ChunkRows);
        threads = IsWorthSharing(spec.BatchSize) ? threads : 1;
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new Memory(Math.Max(_layers.Max(layer => layer.GradientLength), _propagation.ScratchLength)))];
        _crew = threads > 1 ? new(threads) : null;
        (_predictChunk, _trainChunk, _learnBlock) = (PredictChunk, TrainChunk, LearnBlock);
    }

    public double Train(EncodedRows table, ReadOnlySpan<int> batch, double learningRate)
    {
        _propagation.Begin(table, batch.Length);
        batch.CopyTo(_propagation.Batch);
        _optimizer.Begin(learningRate);
        Share(_propagation.Chunks, _trainChunk);
        Share(_blocks.Length, _learnBlock);
        var sum = 0.0;
        foreach (var loss in _propagation.Losses)
        {
            sum += loss;
        }

        return sum;
    }

    public void Predict(EncodedRows table, Span<float> outputs)
    {
        for (var start = 0; start < table.Rows; start += _most)
        {
            _propagation.Begin(table, Math.Min(_most, table.Rows - start));
            var batch = _propagation.Batch;
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = start + i;
            }

            Share(_propagation.Chunks, _predictChunk);
            for (var i = 0; i < batch.Length; i++)
            {
                _propagation.CopyOutputs(i, outputs.Slice((start + i) * _shape.Outputs, _shape.Outputs));
            }
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

    private bool IsWorthSharing(int rows) => (long)rows * _shape.Parameters >= WorthSharing;

    private void Share(int parts, Action<int, int> work)
    {
        if (_crew is not null && IsWorthSharing(_propagation.Rows) && _mayShare())
        {
            _crew.Share(parts, work);
            return;
        }

        for (var part = 0; part < parts; part++)
        {
            work(part, 0);
        }
    }

    private void PredictChunk(int chunk, int worker) => _propagation.Forward(chunk);

    private void TrainChunk(int chunk, int worker) => _propagation.ForwardAndBack(_optimizer.Steps, chunk, ref _scratch[worker][0]);

    private void LearnBlock(int part, int worker)
    {
        var (layer, panel, block) = _blocks[part];
        _layers[layer].Learn(_propagation.InputsOf(layer), _propagation.SlopesOf(layer), _propagation.Rows, panel, block, _optimizer, ref _scratch[worker][0]);
    }
}

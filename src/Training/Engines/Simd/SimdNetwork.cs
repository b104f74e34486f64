using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Random;

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
    private readonly NetworkOptions _network;
    private readonly TrainingSpec _spec;
    private readonly Optimizer<TVector> _optimizer;
    private readonly DenseLayer<TVector>[] _layers;
    private readonly (int Layer, int Panel, int Block)[] _blocks;
    private readonly Memory[] _scratch;
    private readonly Crew? _crew;
    private readonly Func<bool> _mayShare;
    private readonly int _chunkRows;
    private readonly Action<int, int> _predictChunk;
    private readonly Action<int, int> _trainChunk;
    private readonly Action<int, int> _learnBlock;

    private Values<TVector>[] _values = [];
    private Values<TVector>[] _slopes = [];
    private EncodedRows _table = new([], [], null, 0, 0);
    private int[] _batch = [];
    private float[] _losses = [];
    private int _rows;

    public SimdNetwork(NetworkShape shape, NetworkOptions network, TrainingSpec spec, int threads, Func<bool> mayShare)
    {
        (_shape, _network, _spec, _mayShare) = (shape, network, spec, mayShare);
        _optimizer = new(spec);
        _layers = [.. shape.Layers.Select((layer, i) => new DenseLayer<TVector>(layer, _optimizer.Moments, passesBack: i > 0))];
        _blocks = [.. from layer in Enumerable.Range(0, _layers.Length)
                      from panel in Enumerable.Range(0, _layers[layer].Panels)
                      from block in Enumerable.Range(0, _layers[layer].Blocks)
                      select (layer, panel, block)];
        _chunkRows = Math.Clamp(Tile<TVector, Across>.Cover(spec.BatchSize), 16, 64);
        threads = IsWorthSharing(spec.BatchSize) ? threads : 1;
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new Memory(Math.Max(_layers.Max(layer => layer.GradientLength), _chunkRows * Values<TVector>.Panel)))];
        _crew = threads > 1 ? new(threads) : null;
        (_predictChunk, _trainChunk, _learnBlock) = (PredictChunk, TrainChunk, LearnBlock);
    }

    public double Train(EncodedRows table, ReadOnlySpan<int> batch, double learningRate)
    {
        Take(table, batch.Length);
        batch.CopyTo(_batch);
        _optimizer.Begin(learningRate);
        Share(Chunks, _trainChunk);
        Share(_blocks.Length, _learnBlock);
        var sum = 0.0;
        foreach (var loss in _losses.AsSpan(0, _rows))
        {
            sum += loss;
        }

        return sum;
    }

    public void Predict(EncodedRows table, Span<float> outputs)
    {
        var most = Math.Max(_spec.BatchSize, _chunkRows);
        for (var start = 0; start < table.Rows; start += most)
        {
            Take(table, Math.Min(most, table.Rows - start));
            for (var i = 0; i < _rows; i++)
            {
                _batch[i] = start + i;
            }

            Share(Chunks, _predictChunk);
            for (var i = 0; i < _rows; i++)
            {
                Scatter(i, outputs.Slice((start + i) * _shape.Outputs, _shape.Outputs));
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

    private int Chunks => Values<TVector>.ChunksOf(_rows, _chunkRows);

    private Values<TVector> Outputs => _values[^1];

    /// <summary>Makes room for a batch; after the largest one there is nothing more to make.</summary>
    private void Take(EncodedRows table, int rows)
    {
        (_table, _rows) = (table, rows);
        if (rows > _batch.Length)
        {
            MakeRoom(rows);
        }
    }

    private void MakeRoom(int rows)
    {
        Values<TVector> Room(int units) => new(units, rows, _chunkRows);
        (_batch, _losses) = (new int[rows], new float[rows]);
        _values = [Room(_shape.Inputs), .. _shape.Layers.Select(layer => Room(layer.Outputs))];
        _slopes = [.. _shape.Layers.Select(layer => Room(layer.Outputs))];
    }

    private bool IsWorthSharing(int rows) => (long)rows * _shape.Parameters >= WorthSharing;

    private void Share(int parts, Action<int, int> work)
    {
        if (_crew is not null && IsWorthSharing(_rows) && _mayShare())
        {
            _crew.Share(parts, work);
            return;
        }

        for (var part = 0; part < parts; part++)
        {
            work(part, 0);
        }
    }

    private void PredictChunk(int chunk, int worker)
    {
        var rows = Gather(chunk);
        for (var i = 0; i < _layers.Length; i++)
        {
            Forward(i, chunk, rows);
        }
    }

    private void TrainChunk(int chunk, int worker)
    {
        var rows = Gather(chunk);
        ref var scratch = ref _scratch[worker][0];
        for (var i = 0; i < _layers.Length; i++)
        {
            Forward(i, chunk, rows);
            if (_network.Dropout > 0 && i < _layers.Length - 1)
            {
                DropOut(i, chunk, rows, ref scratch);
            }
        }

        MeasureLosses(chunk);
        for (var i = _layers.Length - 1; i > 0; i--)
        {
            _layers[i].Backward(_slopes[i], _slopes[i - 1], chunk, rows, ref scratch);
        }
    }

    private void LearnBlock(int part, int worker)
    {
        var (layer, panel, block) = _blocks[part];
        _layers[layer].Learn(_values[layer], _slopes[layer], _rows, panel, block, _optimizer, ref _scratch[worker][0]);
    }

    /// <summary>Copies the chunk's rows out of the table.</summary>
    /// <returns>Rows to compute: those of the chunk, and maybe one more.</returns>
    private int Gather(int chunk)
    {
        var batch = _batch.AsSpan(chunk * _chunkRows, Math.Min(_chunkRows, _rows - chunk * _chunkRows));
        for (var panel = 0; panel < _values[0].Panels; panel++)
        {
            CopyPanel(_table, batch, panel * Values<TVector>.Panel, ref _values[0].At(chunk, panel));
        }

        return Tile<TVector, Across>.Cover(batch.Length);
    }

    /// <summary>Copies one panel's columns of rows that lie anywhere: so little work for each that the processor fetches many at once.
    /// Whole vectors are faster than as many floats as there are, and what they hold beyond a row is in columns that are not used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyPanel(EncodedRows table, ReadOnlySpan<int> batch, int column, ref float to)
    {
        var (features, width, lastWhole) = (table.Features, table.Width, table.Features.Length - Values<TVector>.Panel);
        ref var first = ref MemoryMarshal.GetArrayDataReference(features);
        foreach (var row in batch)
        {
            var at = row * width + column;
            if (at <= lastWhole)
            {
                ref var from = ref Unsafe.Add(ref first, at);
                TVector.Store(TVector.Load(ref from), ref to);
                TVector.Store(TVector.Load(ref Unsafe.Add(ref from, TVector.Width)), ref Unsafe.Add(ref to, TVector.Width));
            }
            else
            {
                var rest = features.AsSpan(at, Math.Min(Values<TVector>.Panel, width - column));
                rest.CopyTo(MemoryMarshal.CreateSpan(ref to, rest.Length));
            }

            to = ref Unsafe.Add(ref to, Values<TVector>.Panel);
        }
    }

    /// <summary>Copies a row's outputs.</summary>
    private void Scatter(int row, Span<float> outputs)
    {
        for (var panel = 0; outputs.Length > 0; panel++)
        {
            var part = Math.Min(outputs.Length, Values<TVector>.Panel);
            Outputs.Row(row / _chunkRows, panel, row % _chunkRows)[..part].CopyTo(outputs);
            outputs = outputs[part..];
        }
    }

    private void Forward(int i, int chunk, int rows)
    {
        _layers[i].Forward(_values[i], _values[i + 1], chunk, rows);
        for (var panel = 0; i < _layers.Length - 1 && panel < _slopes[i].Panels; panel++)
        {
            ActivationFunctions<TVector>.Apply(_network.Activation, ref _values[i + 1].At(chunk, panel), ref _slopes[i].At(chunk, panel), rows * Values<TVector>.Panel);
        }
    }

    /// <summary>Multiplies values and slopes of a hidden layer with the mask of <see cref="DropoutMask"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DropOut(int layer, int chunk, int rows, ref float mask)
    {
        var random = new RandomNumbers(_spec.Seed, RandomPurpose.Dropout, (_optimizer.Steps - 1) * NetworkOptions.MaxHiddenLayers + layer);
        var (threshold, kept, units) = ((float)_network.Dropout, (float)(1 / (1 - _network.Dropout)), _shape.Layers[layer].Outputs);
        for (var panel = 0; panel < _slopes[layer].Panels; panel++)
        {
            for (var row = 0; row < rows; row++)
            {
                var first = (ulong)(chunk * _chunkRows + row) * (ulong)units + (ulong)(panel * Values<TVector>.Panel);
                for (var unit = 0; unit < Values<TVector>.Panel; unit++)
                {
                    Unsafe.Add(ref mask, row * Values<TVector>.Panel + unit) = random.FloatAt(first + (ulong)unit) < threshold ? 0 : kept;
                }
            }

            Multiply(ref mask, ref _values[layer + 1].At(chunk, panel), ref _slopes[layer].At(chunk, panel), rows * Values<TVector>.Panel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(ref float mask, ref float values, ref float slopes, int count)
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            var factor = TVector.Load(ref Unsafe.Add(ref mask, i));
            TVector.Store(factor * TVector.Load(ref Unsafe.Add(ref values, i)), ref Unsafe.Add(ref values, i));
            TVector.Store(factor * TVector.Load(ref Unsafe.Add(ref slopes, i)), ref Unsafe.Add(ref slopes, i));
        }
    }

    /// <summary>Losses of the chunk's rows, and the slopes of their mean over the batch.</summary>
    private void MeasureLosses(int chunk)
    {
        var (outputs, slopes, start) = (Outputs, _slopes[^1], chunk * _chunkRows);
        for (var row = 0; row < Math.Min(_chunkRows, _rows - start); row++)
        {
            var (target, weight) = (_table.Targets[_batch[start + row]], _table.WeightOf(_batch[start + row]));
            if (_spec.Loss == LossKind.CrossEntropy)
            {
                _losses[start + row] = weight * LossFunctions<TVector>.OfScores(outputs, slopes, chunk, row, _shape.Outputs, (int)target, weight / _rows);
            }
            else
            {
                var (loss, slope) = LossFunctions<TVector>.Of(_spec.Loss, outputs.At(chunk, 0, row) - target);
                _losses[start + row] = weight * loss;
                slopes.At(chunk, 0, row) = weight / _rows * slope;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Random;

namespace Velodrome.Training.Engines.Simd;

/// <summary>Takes chunks of a batch forward through the layers, and back. What a chunk leaves behind stays until the next batch.</summary>
internal sealed class Propagation<TVector>(NetworkShape shape, NetworkOptions network, TrainingSpec spec, IReadOnlyList<DenseLayer<TVector>> layers)
    where TVector : struct, IVector<TVector>
{
    private Values<TVector>[] _values = [];
    private Values<TVector>[] _slopes = [];
    private EncodedRows _table = new([], [], null, 0, 0);
    private int[] _batch = [];
    private float[] _losses = [];

    /// <summary>Rows of a chunk.</summary>
    public int ChunkRows { get; } = Math.Clamp(Tile<TVector, Across>.Cover(spec.BatchSize), 16, 64);

    /// <summary>Rows of the batch.</summary>
    public int Rows { get; private set; }

    public int Chunks => ChunksOf(Rows);

    /// <summary>Floats that whoever propagates needs for itself: one panel of a chunk.</summary>
    public int ScratchLength => ChunkRows * Values<TVector>.Panel;

    /// <summary>Rows of the table that are the batch, to be written by who begins one.</summary>
    public Span<int> Batch => _batch.AsSpan(0, Rows);

    /// <summary>Losses of the batch's rows, weighted, once its chunks have been through.</summary>
    public ReadOnlySpan<float> Losses => _losses.AsSpan(0, Rows);

    /// <summary>Begins a batch; after the largest one there is no more room to make.</summary>
    public void Begin(EncodedRows table, int rows)
    {
        (_table, Rows) = (table, rows);
        if (rows > _batch.Length)
        {
            MakeRoom(rows);
        }
    }

    /// <summary>What goes into a layer: x.</summary>
    public Values<TVector> InputsOf(int layer) => _values[layer];

    /// <summary>How the batch's mean loss changes with what comes out of a layer: ȳ.</summary>
    public Values<TVector> SlopesOf(int layer) => _slopes[layer];

    /// <summary>Takes a chunk forward.</summary>
    public void Forward(int chunk)
    {
        var rows = Gather(chunk);
        for (var i = 0; i < layers.Count; i++)
        {
            Forward(i, chunk, rows);
        }
    }

    /// <summary>Takes a chunk forward, measures its losses, and takes their slopes back.</summary>
    /// <param name="step">From 1: decides who drops out.</param>
    /// <param name="chunk">Which.</param>
    /// <param name="scratch">Room for <see cref="ScratchLength"/>.</param>
    public void ForwardAndBack(long step, int chunk, ref float scratch)
    {
        var rows = Gather(chunk);
        for (var i = 0; i < layers.Count; i++)
        {
            Forward(i, chunk, rows);
            if (network.Dropout > 0 && i < layers.Count - 1)
            {
                DropOut(i, step, chunk, rows, ref scratch);
            }
        }

        MeasureLosses(chunk);
        for (var i = layers.Count - 1; i > 0; i--)
        {
            layers[i].Backward(_slopes[i], _slopes[i - 1], chunk, rows, ref scratch);
        }
    }

    /// <summary>Copies what has come out for a row of the batch.</summary>
    public void CopyOutputs(int row, Span<float> outputs)
    {
        for (var panel = 0; outputs.Length > 0; panel++)
        {
            var part = Math.Min(outputs.Length, Values<TVector>.Panel);
            _values[^1].Row(row / ChunkRows, panel, row % ChunkRows)[..part].CopyTo(outputs);
            outputs = outputs[part..];
        }
    }

    private void MakeRoom(int rows)
    {
        Values<TVector> Room(int units) => new(units, ChunksOf(rows), ChunkRows);
        (_batch, _losses) = (new int[rows], new float[rows]);
        _values = [Room(shape.Inputs), .. shape.Layers.Select(layer => Room(layer.Outputs))];
        _slopes = [.. shape.Layers.Select(layer => Room(layer.Outputs))];
    }

    /// <summary>Rows of one chunk: the last may have fewer.</summary>
    private int RowsOf(int chunk) => Math.Min(ChunkRows, Rows - chunk * ChunkRows);

    private int ChunksOf(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>Copies the chunk's rows out of the table.</summary>
    /// <returns>Rows to compute: those of the chunk, and maybe one more.</returns>
    private int Gather(int chunk)
    {
        var batch = _batch.AsSpan(chunk * ChunkRows, RowsOf(chunk));
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

    private void Forward(int i, int chunk, int rows)
    {
        layers[i].Forward(_values[i], _values[i + 1], chunk, rows);
        for (var panel = 0; i < layers.Count - 1 && panel < _slopes[i].Panels; panel++)
        {
            ActivationFunctions<TVector>.Apply(network.Activation, ref _values[i + 1].At(chunk, panel), ref _slopes[i].At(chunk, panel), rows * Values<TVector>.Panel);
        }
    }

    /// <summary>Multiplies values and slopes of a hidden layer with the mask of <see cref="DropoutMask"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DropOut(int layer, long step, int chunk, int rows, ref float mask)
    {
        var random = new RandomNumbers(spec.Seed, RandomPurpose.Dropout, (step - 1) * NetworkOptions.MaxHiddenLayers + layer);
        var (threshold, kept, units) = ((float)network.Dropout, (float)(1 / (1 - network.Dropout)), shape.Layers[layer].Outputs);
        for (var panel = 0; panel < _slopes[layer].Panels; panel++)
        {
            for (var row = 0; row < rows; row++)
            {
                var first = (ulong)(chunk * ChunkRows + row) * (ulong)units + (ulong)(panel * Values<TVector>.Panel);
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
        var (outputs, slopes, start) = (_values[^1], _slopes[^1], chunk * ChunkRows);
        for (var row = 0; row < RowsOf(chunk); row++)
        {
            var (target, weight) = (_table.Targets[_batch[start + row]], _table.WeightOf(_batch[start + row]));
            if (spec.Loss == LossKind.CrossEntropy)
            {
                _losses[start + row] = weight * LossFunctions<TVector>.OfScores(outputs, slopes, chunk, row, shape.Outputs, (int)target, weight / Rows);
            }
            else
            {
                var (loss, slope) = LossFunctions<TVector>.Of(spec.Loss, outputs.At(chunk, 0, row) - target);
                _losses[start + row] = weight * loss;
                slopes.At(chunk, 0, row) = weight / Rows * slope;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Velodrome.Training.Encoding;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;
using Velodrome.Training.Random;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>Takes rows of a batch forward through the layers, and back, a chunk at a time. What a chunk leaves behind stays until the next rows.</summary>
internal sealed class Propagation<TVector>(NetworkShape shape, NetworkOptions network, TrainingSpec spec, ILayer<TVector>[] layers, Batch batch)
    where TVector : struct, IVector<TVector>
{
    private PanelMatrix<TVector>[] _values = [];
    private PanelMatrix<TVector>[] _gradients = [];
    private int _first;
    private int _capacity;

    /// <summary>Rows of a chunk.</summary>
    public int ChunkRows { get; } = Math.Clamp(Tile<TVector, NoTranspose>.RoundUpRows(spec.BatchSize), 16, 64);

    /// <summary>Rows that are taken through.</summary>
    public int Rows { get; private set; }

    public int Chunks => ChunksOf(Rows);

    /// <summary>Floats that whoever propagates needs for itself: one panel of a chunk.</summary>
    public int ScratchLength => ChunkRows * TVector.Width;

    /// <summary>Chunks that so many rows are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ChunksOf(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>Begins with other rows of the batch; after the most there is no more room to make.</summary>
    public void Begin(int first, int rows)
    {
        (_first, Rows) = (first, rows);
        if (rows > _capacity)
        {
            Allocate(rows);
        }
    }

    /// <summary>What goes into a layer: x.</summary>
    public PanelMatrix<TVector> InputsOf(int layer) => _values[layer];

    /// <summary>How the batch's mean loss changes with what comes out of a layer: ȳ.</summary>
    public PanelMatrix<TVector> OutputGradientsOf(int layer) => _gradients[layer];

    /// <summary>Takes a chunk forward.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(int chunk)
    {
        var rows = CopyRows(chunk);
        for (var i = 0; i < layers.Length; i++)
        {
            Forward(i, chunk, rows);
        }

        for (var row = 0; row < RowsOf(chunk); row++)
        {
            CopyOutputs(chunk, row, batch.OutputsOf(FirstRowOf(chunk) + row));
        }
    }

    /// <summary>Takes a chunk forward, measures its losses, and takes their slopes back.</summary>
    /// <param name="step">From 1: decides who drops out.</param>
    /// <param name="chunk">Which.</param>
    /// <param name="scratch">Room for <see cref="ScratchLength"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ForwardAndBackward(long step, int chunk, ref float scratch)
    {
        var rows = CopyRows(chunk);
        for (var i = 0; i < layers.Length; i++)
        {
            Forward(i, chunk, rows);
            if (network.Dropout > 0 && i < layers.Length - 1)
            {
                ApplyDropout(i, step, chunk, rows, ref scratch);
            }
        }

        ComputeLosses(chunk);
        for (var i = layers.Length - 1; i > 0; i--)
        {
            layers[i].Backward(_gradients[i], _gradients[i - 1], chunk, rows, ref scratch);
        }
    }

    private void Allocate(int rows)
    {
        // Fewer rows than a chunk's may have need no more room than they fill.
        var chunkRows = Math.Min(ChunkRows, Tile<TVector, NoTranspose>.RoundUpRows(rows));
        (int, int)[] outputs = [.. shape.Layers.Select((layer, i) => (layer.Outputs, layers[i].OutputWidth))];
        var all = PanelMatrix<TVector>.AllocateMany([(shape.Inputs, TVector.Width), .. outputs, .. outputs], ChunksOf(rows), chunkRows);
        (_values, _gradients, _capacity) = (all[..^outputs.Length], all[^outputs.Length..], rows);
    }

    /// <summary>Rows of one chunk: the last may have fewer.</summary>
    private int RowsOf(int chunk) => Math.Min(ChunkRows, Rows - chunk * ChunkRows);

    /// <summary>A chunk's first row in the batch.</summary>
    private int FirstRowOf(int chunk) => _first + chunk * ChunkRows;

    /// <summary>Copies the chunk's rows out of the table.</summary>
    /// <returns>Rows to compute: those of the chunk, and maybe one more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CopyRows(int chunk)
    {
        var rows = batch.Rows.Slice(FirstRowOf(chunk), RowsOf(chunk));
        for (var panel = 0; panel < _values[0].Panels; panel++)
        {
            CopyPanel(batch.Table, rows, panel * TVector.Width, ref _values[0].At(chunk, panel));
        }

        return Tile<TVector, NoTranspose>.RoundUpRows(rows.Length);
    }

    /// <summary>Copies one panel's columns of rows that lie anywhere: so little work for each that the processor fetches many at once.
    /// Whole vectors are faster than as many floats as there are, and what they hold beyond a row is in columns that are not used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyPanel(EncodedRows table, ReadOnlySpan<int> rows, int column, ref float to)
    {
        var (features, width, lastWhole) = (table.Features, table.Width, table.Features.Length - TVector.Width);
        ref var first = ref MemoryMarshal.GetArrayDataReference(features);
        foreach (var row in rows)
        {
            var at = row * width + column;
            if (at <= lastWhole)
            {
                ref var from = ref Unsafe.Add(ref first, at);
                TVector.Store(TVector.Load(ref from), ref to);
            }
            else
            {
                var rest = features.AsSpan(at, Math.Min(TVector.Width, width - column));
                rest.CopyTo(MemoryMarshal.CreateSpan(ref to, rest.Length));
            }

            to = ref Unsafe.Add(ref to, TVector.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyOutputs(int chunk, int row, Span<float> to)
    {
        for (var panel = 0; to.Length > 0; panel++)
        {
            var from = _values[^1].Row(chunk, panel, row);
            from = from[..Math.Min(to.Length, from.Length)];
            from.CopyTo(to);
            to = to[from.Length..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Forward(int i, int chunk, int rows)
    {
        layers[i].Forward(_values[i], _values[i + 1], chunk, rows);
        for (var panel = 0; i < layers.Length - 1 && panel < _gradients[i].Panels; panel++)
        {
            ActivationFunctions<TVector>.Apply(network.Activation, ref _values[i + 1].At(chunk, panel), ref _gradients[i].At(chunk, panel), rows * TVector.Width);
        }
    }

    /// <summary>Multiplies values and slopes of a hidden layer with the mask of <see cref="DropoutMask"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ApplyDropout(int layer, long step, int chunk, int rows, ref float mask)
    {
        var random = new RandomNumbers(spec.Seed, RandomPurpose.Dropout, (step - 1) * NetworkOptions.MaxHiddenLayers + layer);
        var (threshold, kept, units) = ((float)network.Dropout, (float)(1 / (1 - network.Dropout)), shape.Layers[layer].Outputs);
        for (var panel = 0; panel < _gradients[layer].Panels; panel++)
        {
            for (var row = 0; row < rows; row++)
            {
                var first = (ulong)(FirstRowOf(chunk) + row) * (ulong)units + (ulong)(panel * TVector.Width);
                for (var unit = 0; unit < TVector.Width; unit++)
                {
                    Unsafe.Add(ref mask, row * TVector.Width + unit) = random.FloatAt(first + (ulong)unit) < threshold ? 0 : kept;
                }
            }

            Multiply(ref mask, ref _values[layer + 1].At(chunk, panel), ref _gradients[layer].At(chunk, panel), rows * TVector.Width);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeLosses(int chunk)
    {
        var (outputs, slopes, table) = (_values[^1], _gradients[^1], batch.Table);
        var rows = batch.Rows.Slice(FirstRowOf(chunk), RowsOf(chunk));
        var losses = batch.Losses.Slice(FirstRowOf(chunk), rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            var (target, weight) = (table.Targets[rows[row]], table.WeightOf(rows[row]));
            if (spec.Loss == LossKind.CrossEntropy)
            {
                losses[row] = weight * LossFunctions<TVector>.CrossEntropy(outputs, slopes, chunk, row, shape.Outputs, (int)target, weight / batch.Count);
            }
            else
            {
                var (loss, slope) = LossFunctions<TVector>.Evaluate(spec.Loss, outputs.At(chunk, 0, row) - target);
                losses[row] = weight * loss;
                slopes.At(chunk, 0, row) = weight / batch.Count * slope;
            }
        }
    }
}

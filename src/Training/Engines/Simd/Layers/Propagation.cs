using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Fitting;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// Takes rows of a batch through the layers, forward and backward, one chunk at a time. The activations and gradients of a chunk stay
/// until the next call of <see cref="Begin"/>.
/// </summary>
internal sealed class Propagation<TVector>(
    NetworkShape shape, NetworkOptions network, TrainingSpec spec, ILayer<TVector>[] layers, Batch batch)
    where TVector : struct, IVector<TVector>
{
    /// <summary>The inputs of each layer, and the outputs of the last one.</summary>
    private PanelMatrix<TVector>[] _activations = [];

    /// <summary>For the outputs of each layer: f' of the activation after the forward pass, ȳ after the backward pass.</summary>
    private PanelMatrix<TVector>[] _gradients = [];

    private int _first;
    private int _capacity;

    /// <summary>Rows of a full chunk.</summary>
    public int ChunkRows { get; } = Math.Clamp(Tile<TVector, NoTranspose>.RoundUpRows(spec.BatchSize), 16, 64);

    /// <summary>Number of rows that <see cref="Begin"/> has selected.</summary>
    public int Rows { get; private set; }

    public int Chunks => CountChunks(Rows);

    /// <summary>Floats of scratch memory that a thread needs: one panel of a chunk.</summary>
    public int ScratchLength => ChunkRows * TVector.Width;

    /// <summary>Number of chunks needed for <paramref name="rows"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CountChunks(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>Selects the rows of the batch to process next. Allocates only if they are more than in any earlier call.</summary>
    public void Begin(int first, int rows)
    {
        (_first, Rows) = (first, rows);
        if (rows > _capacity)
        {
            Allocate(rows);
        }
    }

    /// <summary>The inputs of a layer: x.</summary>
    public PanelMatrix<TVector> InputsOf(int layer) => _activations[layer];

    /// <summary>The gradients of the batch's mean loss by the outputs of a layer: ȳ.</summary>
    public PanelMatrix<TVector> OutputGradientsOf(int layer) => _gradients[layer];

    /// <summary>Takes a chunk forward and copies the outputs to the batch. Ends between layers if the batch is cancelled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(int chunk)
    {
        var rows = CopyInputs(chunk);
        for (var i = 0; i < layers.Length; i++)
        {
            if (batch.IsCancelled)
            {
                return;
            }

            Forward(i, chunk, rows);
        }

        CopyOutputs(chunk);
    }

    /// <summary>Takes a chunk forward, computes its losses, and takes their gradients backward. Ends between layers if the batch is
    /// cancelled.</summary>
    /// <param name="step">Optimiser updates before this step; selects the dropout mask.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="scratch">Buffer of <see cref="ScratchLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ForwardAndBackward(long step, int chunk, ref float scratch)
    {
        var rows = CopyInputs(chunk);
        for (var i = 0; i < layers.Length; i++)
        {
            if (batch.IsCancelled)
            {
                return;
            }

            Forward(i, chunk, rows);
            if (network.Dropout > 0 && i < layers.Length - 1)
            {
                ApplyDropout(i, step, chunk, rows, ref scratch);
            }
        }

        if (batch.KeepsOutputs)
        {
            CopyOutputs(chunk);
        }

        ComputeLosses(chunk);
        for (var i = layers.Length - 1; i > 0 && !batch.IsCancelled; i--)
        {
            layers[i].Backward(_gradients[i], _gradients[i - 1], chunk, rows, ref scratch);
        }
    }

    private void Allocate(int rows)
    {
        // A table of fewer rows than a chunk gets smaller chunks.
        var chunkRows = Math.Min(ChunkRows, Tile<TVector, NoTranspose>.RoundUpRows(rows));
        (int, int)[] outputs = [.. shape.Layers.Select((layer, i) => (layer.Outputs, layers[i].OutputWidth))];
        var matrices = PanelMatrix<TVector>.AllocateMany(
            [(shape.Inputs, TVector.Width), .. outputs, .. outputs], CountChunks(rows), chunkRows);
        (_activations, _gradients, _capacity) = (matrices[..^outputs.Length], matrices[^outputs.Length..], rows);
    }

    /// <summary>Rows of one chunk. The last chunk may have fewer than the others.</summary>
    private int RowsOf(int chunk) => Math.Min(ChunkRows, Rows - chunk * ChunkRows);

    /// <summary>Index of a chunk's first row in the batch.</summary>
    private int FirstRowOf(int chunk) => _first + chunk * ChunkRows;

    /// <summary>Copies the chunk's rows from the table.</summary>
    /// <returns>Rows to compute: those of the chunk, rounded up for <see cref="Tile{TVector, TOpA}"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CopyInputs(int chunk)
    {
        var rows = batch.Rows.Slice(FirstRowOf(chunk), RowsOf(chunk));
        InputRows<TVector>.Copy(batch.Table, rows, _activations[0], chunk);
        return Tile<TVector, NoTranspose>.RoundUpRows(rows.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyOutputs(int chunk)
    {
        for (var row = 0; row < RowsOf(chunk); row++)
        {
            CopyOutputs(chunk, row, batch.OutputsOf(FirstRowOf(chunk) + row));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyOutputs(int chunk, int row, Span<float> outputs)
    {
        for (var panel = 0; outputs.Length > 0; panel++)
        {
            var source = _activations[^1].Row(chunk, panel, row);
            source = source[..Math.Min(outputs.Length, source.Length)];
            source.CopyTo(outputs);
            outputs = outputs[source.Length..];
        }
    }

    /// <summary>Takes a chunk through one layer and its activation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Forward(int i, int chunk, int rows)
    {
        layers[i].Forward(_activations[i], _activations[i + 1], chunk, rows);
        for (var panel = 0; i < layers.Length - 1 && panel < _gradients[i].Panels; panel++)
        {
            ActivationFunctions<TVector>.Apply(network.Activation,
                ref _activations[i + 1].At(chunk, panel), ref _gradients[i].At(chunk, panel), rows * TVector.Width);
        }
    }

    /// <summary>Multiplies the activations of a hidden layer and their derivatives by the dropout mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ApplyDropout(int layer, long step, int chunk, int rows, ref float factors)
    {
        var mask = new DropoutMask(network.Dropout, spec.Seed, step, layer);
        var units = (ulong)shape.Layers[layer].Outputs;
        for (var panel = 0; panel < _gradients[layer].Panels; panel++)
        {
            for (var row = 0; row < rows; row++)
            {
                var first = (ulong)(FirstRowOf(chunk) + row) * units + (ulong)(panel * TVector.Width);
                for (var unit = 0; unit < TVector.Width; unit++)
                {
                    Unsafe.Add(ref factors, row * TVector.Width + unit) = mask.At(first + (ulong)unit);
                }
            }

            Multiply(ref factors,
                ref _activations[layer + 1].At(chunk, panel), ref _gradients[layer].At(chunk, panel), rows * TVector.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(ref float factors, ref float activations, ref float derivatives, int count)
    {
        for (var i = 0; i < count; i += TVector.Width)
        {
            var factor = TVector.Load(ref Unsafe.Add(ref factors, i));
            TVector.Store(factor * TVector.Load(ref Unsafe.Add(ref activations, i)), ref Unsafe.Add(ref activations, i));
            TVector.Store(factor * TVector.Load(ref Unsafe.Add(ref derivatives, i)), ref Unsafe.Add(ref derivatives, i));
        }
    }

    /// <summary>Computes the losses of the chunk's rows, and the gradients of the batch's mean loss by the network's outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeLosses(int chunk)
    {
        var (outputs, gradients, table) = (_activations[^1], _gradients[^1], batch.Table);
        var rows = batch.Rows.Slice(FirstRowOf(chunk), RowsOf(chunk));
        var losses = batch.Losses.Slice(FirstRowOf(chunk), rows.Length);
        var quantile = spec.Quantile ?? double.NaN;
        for (var row = 0; row < rows.Length; row++)
        {
            var (target, weight) = (table.Targets[rows[row]], table.WeightOf(rows[row]));
            var share = weight / batch.Count;
            if (spec.Loss == LossKind.CrossEntropy)
            {
                losses[row] = weight * LossFunctions<TVector>.CrossEntropy(
                    outputs, gradients, chunk, row, shape.Outputs, (int)target, share);
            }
            else
            {
                var (loss, derivative) = LossFunctions<TVector>.Evaluate(
                    spec.Loss, outputs.At(chunk, 0, row) - target, quantile);
                losses[row] = weight * loss;
                gradients.At(chunk, 0, row) = share * derivative;
            }
        }
    }
}

using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>A layer of any number of outputs: matrix products in tiles of <see cref="Tile{TVector, TOpA}"/>.</summary>
/// <param name="layer">Sizes of the layer, and its place in the flat parameters.</param>
/// <param name="moments">Moments per weight.</param>
/// <param name="hasBackward">Whether <see cref="Backward"/> is used: for every layer but the first.</param>
internal sealed class DenseLayer<TVector>(Layer layer, int moments, bool hasBackward) : ILayer<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>Inputs of a block, a multiple of every panel's width: few enough that its gradients stay in the nearest cache.</summary>
    private const int BlockInputs = 32;

    /// <summary>Terms that all tiles of C add before the next terms: few enough that their rows of B stay in the nearest cache.</summary>
    private const int MaxTerms = 256;

    private static readonly AlignedBuffer Zeros = new(Width);

    private readonly DenseWeights<TVector> _weights = new(layer, moments, hasBackward);

    public int OutputWidth => Width;

    public int Blocks => _weights.Panels * BlocksOfPanel;

    /// <summary>A row for the biases, a row for each input of a block, and the rows that <see cref="Tile{TVector, TOpA}.RoundUpRows"/> may
    /// add to a block of fewer inputs.</summary>
    public int GradientLength => (1 + Math.Min(BlockInputs, layer.Inputs + 3)) * Width;

    private static int Width => TVector.Width;

    private int BlocksOfPanel => (layer.Inputs + BlockInputs - 1) / BlockInputs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int chunk, int rows)
    {
        for (var panel = 0; panel < _weights.Panels; panel++)
        {
            for (var first = 0; first < layer.Inputs; first += MaxTerms)
            {
                var isFirst = first == 0;
                var product = new InnerProduct(Math.Min(MaxTerms, layer.Inputs - first), RunLength: Width,
                    inputs.PanelStride, RunStrideB: Width * Width, StartStride: isFirst ? 0 : Width, MultipliesDestination: false);
                ref var sums = ref outputs.At(chunk, panel);
                Tile<TVector, NoTranspose>.Multiply(rows, in product, ref inputs.At(chunk, first / Width),
                    ref _weights.Row(panel, 1 + first), ref isFirst ? ref _weights.Row(panel, 0) : ref sums, ref sums);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(
        PanelMatrix<TVector> outputGradients, PanelMatrix<TVector> inputGradients, int chunk, int rows, ref float scratch)
    {
        for (var panel = 0; panel < inputGradients.Panels; panel++)
        {
            for (var first = 0; first < layer.Outputs; first += MaxTerms)
            {
                var (isFirst, isLast) = (first == 0, first + MaxTerms >= layer.Outputs);
                var product = new InnerProduct(Math.Min(MaxTerms, layer.Outputs - first), RunLength: Width,
                    outputGradients.PanelStride, RunStrideB: Width * Width, StartStride: isFirst ? 0 : Width, isLast);
                Tile<TVector, NoTranspose>.Multiply(rows, in product, ref outputGradients.At(chunk, first / Width),
                    ref _weights.TransposedRow(panel, first), ref isFirst ? ref Zeros[0] : ref scratch,
                    ref isLast ? ref inputGradients.At(chunk, panel) : ref scratch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AccumulateGradients(
        PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputGradients, int rows, int block, ref float gradients)
    {
        var (panel, first, count) = Locate(block);
        MultiplyTransposed(inputs, outputGradients, rows, panel, first, count, ref gradients);
        if (first == 0)
        {
            SumBiasGradients(outputGradients, rows, panel, ref gradients);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyUpdate(int block, Optimizer<TVector> optimizer, ref float gradients)
    {
        // The block has the rows 1 + first and on of the panel. The first block of a panel also has row 0, the biases.
        var (panel, first, count) = Locate(block);
        var skipped = first == 0 ? 0 : 1;
        _weights.Update(optimizer, panel, first + skipped, count + 1 - skipped, ref Unsafe.Add(ref gradients, skipped * Width));
        _weights.UpdateTranspose(panel, first, count);
    }

    public void Save(int moment, Span<float> flat) => _weights.Save(moment, flat);

    public void Load(int moment, ReadOnlySpan<float> flat) => _weights.Load(moment, flat);

    /// <summary>The panel of a block, its first input, and its number of inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Panel, int First, int Count) Locate(int block)
    {
        var first = block % BlocksOfPanel * BlockInputs;
        return (block / BlocksOfPanel, first, Math.Min(BlockInputs, layer.Inputs - first));
    }

    /// <summary>W̄ = xᵀ ȳ, from row 1 of the gradients on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTransposed(
        PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputGradients, int rows, int panel, int first, int count, ref float gradients)
    {
        var chunkRows = inputs.ChunkRows;
        var maxTerms = Math.Max(1, MaxTerms / chunkRows) * chunkRows;
        for (var row = 0; row < rows; row += maxTerms)
        {
            var isFirst = row == 0;
            var product = new InnerProduct(Math.Min(maxTerms, rows - row), RunLength: chunkRows,
                inputs.ChunkStride, outputGradients.ChunkStride, StartStride: isFirst ? 0 : Width, MultipliesDestination: false);
            for (var input = 0; input < count; input += Width)
            {
                ref var sums = ref Unsafe.Add(ref gradients, (1 + input) * Width);
                Tile<TVector, Transpose>.Multiply(Tile<TVector, Transpose>.RoundUpRows(Math.Min(Width, count - input)), in product,
                    ref inputs.At(row / chunkRows, (first + input) / Width), ref outputGradients.At(row / chunkRows, panel),
                    ref isFirst ? ref Zeros[0] : ref sums, ref sums);
            }
        }
    }

    /// <summary>
    /// b̄ = Σ ȳ over the rows, into row 0 of the gradients. Four independent sums, so that no addition waits for the one before it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBiasGradients(PanelMatrix<TVector> outputGradients, int rows, int panel, ref float gradients)
    {
        var chunkRows = outputGradients.ChunkRows;
        var (a, b, c, d) = (TVector.Of(0), TVector.Of(0), TVector.Of(0), TVector.Of(0));
        for (var first = 0; first < rows; first += chunkRows)
        {
            var count = Math.Min(chunkRows, rows - first);
            ref var start = ref outputGradients.At(first / chunkRows, panel);
            var row = 0;
            for (; row + 4 <= count; row += 4)
            {
                a += TVector.Load(ref Unsafe.Add(ref start, row * Width));
                b += TVector.Load(ref Unsafe.Add(ref start, (row + 1) * Width));
                c += TVector.Load(ref Unsafe.Add(ref start, (row + 2) * Width));
                d += TVector.Load(ref Unsafe.Add(ref start, (row + 3) * Width));
            }

            for (; row < count; row++)
            {
                a += TVector.Load(ref Unsafe.Add(ref start, row * Width));
            }
        }

        TVector.Store(a + b + (c + d), ref gradients);
    }
}

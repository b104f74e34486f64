using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// A layer whose weights lie in panels as wide as a vector; the first row of a panel holds the biases, so that all of it is
/// updated in one sweep.
/// </summary>
internal sealed class DenseLayer<TVector> : ILayer<TVector>
    where TVector : struct, IVector<TVector>
{
    /// <summary>Inputs whose weights are learnt at once, a multiple of every panel's width: their gradients stay in the nearest cache until they are used.</summary>
    private const int BlockInputs = 32;

    /// <summary>Terms of a sum before the next block of C has its turn: so much of a panel stays in the nearest cache.</summary>
    private const int MaxTerms = 256;

    private static readonly AlignedBuffer Zeros = new(Panel);

    private readonly Layer _layer;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer[] _moments;
    private readonly AlignedBuffer? _transposed;

    /// <param name="layer">Its sizes, and its place in the flat parameters.</param>
    /// <param name="moments">Running figures per weight.</param>
    /// <param name="passesBack">Whether a layer before it wants to know the way back.</param>
    public DenseLayer(Layer layer, int moments, bool passesBack)
    {
        _layer = layer;
        PanelLength = (1 + (passesBack ? PanelMatrix<TVector>.PanelsOf(layer.Inputs) * Panel : layer.Inputs)) * Panel;
        var kept = AlignedBuffer.AllocateMany([.. Enumerable.Repeat(Panels * PanelLength, 1 + moments), passesBack ? PanelMatrix<TVector>.PanelsOf(layer.Inputs) * TransposedLength : 0]);
        (_weights, _moments, _transposed) = (kept[0], kept[1..^1], passesBack ? kept[^1] : null);
    }

    private static int Panel => TVector.Width;

    public int OutputWidth => Panel;

    public int Blocks => Panels * BlocksOfPanel;

    /// <summary>The biases, a block, and the rows that <see cref="Tile{TVector, TWalk}.RoundUpRows"/> may add to a smaller one.</summary>
    public int GradientLength => (1 + Math.Min(BlockInputs, _layer.Inputs + 3)) * Panel;

    private int Panels => PanelMatrix<TVector>.PanelsOf(_layer.Outputs);

    private int BlocksOfPanel => (_layer.Inputs + BlockInputs - 1) / BlockInputs;

    private int PanelLength { get; }

    private int TransposedLength => Panels * Panel * Panel;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int chunk, int rows)
    {
        for (var panel = 0; panel < Panels; panel++)
        {
            for (var from = 0; from < _layer.Inputs; from += MaxTerms)
            {
                var sum = new InnerProduct(Math.Min(MaxTerms, _layer.Inputs - from), Panel, inputs.PanelStride, Panel * Panel, from == 0 ? 0 : Panel, MultipliesDestination: false);
                ref var sums = ref outputs.At(chunk, panel);
                ref var biases = ref _weights[panel * PanelLength];
                Tile<TVector, NoTranspose>.Multiply(rows, in sum, ref inputs.At(chunk, from / Panel),
                    ref Unsafe.Add(ref biases, (1 + from) * Panel), ref from == 0 ? ref biases : ref sums, ref sums);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(PanelMatrix<TVector> outputs, PanelMatrix<TVector> inputs, int chunk, int rows, ref float scratch)
    {
        for (var panel = 0; panel < inputs.Panels; panel++)
        {
            for (var from = 0; from < _layer.Outputs; from += MaxTerms)
            {
                var isLast = from + MaxTerms >= _layer.Outputs;
                var sum = new InnerProduct(Math.Min(MaxTerms, _layer.Outputs - from), Panel, outputs.PanelStride, Panel * Panel, from == 0 ? 0 : Panel, MultipliesDestination: isLast);
                Tile<TVector, NoTranspose>.Multiply(rows, in sum, ref outputs.At(chunk, from / Panel), ref _transposed!.Value[panel * TransposedLength + from * Panel],
                    ref from == 0 ? ref Zeros[0] : ref scratch, ref isLast ? ref inputs.At(chunk, panel) : ref scratch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AccumulateGradients(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int rows, int block, ref float gradients)
    {
        var (panel, first, count) = Locate(block);
        MultiplyTransposed(inputs, outputs, rows, panel, first, count, ref gradients);
        if (first == 0)
        {
            SumBiasGradients(outputs, rows, panel, ref gradients);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyUpdate(int block, Optimizer<TVector> optimizer, ref float gradients)
    {
        // The block's first row of weights is row 1 + first of the panel; the first block takes the biases along.
        var (panel, first, count) = Locate(block);
        var skipped = first == 0 ? 0 : 1;
        var at = panel * PanelLength + (first + skipped) * Panel;
        optimizer.Update(ref _weights[at], ref Unsafe.Add(ref gradients, skipped * Panel), ref MomentAt(0, at), ref MomentAt(1, at), (count + 1 - skipped) * Panel);
        if (_transposed is { } transposed)
        {
            UpdateTransposed(transposed, panel, first, count);
        }
    }

    public void Save(int moment, Span<float> flat)
    {
        var from = moment < 0 ? _weights : _moments[moment];
        for (var row = 0; row <= _layer.Inputs; row++)
        {
            var to = flat.Slice(FlatRow(row), _layer.Outputs);
            for (var panel = 0; panel < Panels; panel++)
            {
                var part = to[(panel * Panel)..Math.Min(to.Length, (panel + 1) * Panel)];
                from.Slice(panel * PanelLength + row * Panel, part.Length).CopyTo(part);
            }
        }
    }

    public void Load(int moment, ReadOnlySpan<float> flat)
    {
        var to = moment < 0 ? _weights : _moments[moment];
        for (var row = 0; row <= _layer.Inputs; row++)
        {
            var from = flat.Slice(FlatRow(row), _layer.Outputs);
            for (var panel = 0; panel < Panels; panel++)
            {
                var part = from[(panel * Panel)..Math.Min(from.Length, (panel + 1) * Panel)];
                part.CopyTo(to.Slice(panel * PanelLength + row * Panel, part.Length));
            }
        }

        for (var panel = 0; moment < 0 && _transposed is { } transposed && panel < Panels; panel++)
        {
            UpdateTransposed(transposed, panel, 0, _layer.Inputs);
        }
    }

    /// <summary>Which panel a block is of, and which inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Panel, int First, int Count) Locate(int block)
    {
        var first = block % BlocksOfPanel * BlockInputs;
        return (block / BlocksOfPanel, first, Math.Min(BlockInputs, _layer.Inputs - first));
    }

    /// <summary>Row 0 of a panel is the biases, and they stand last in the flat layout.</summary>
    private int FlatRow(int row) => row == 0 ? _layer.BiasesAt : _layer.WeightsAt + (row - 1) * _layer.Outputs;

    private ref float MomentAt(int moment, int at) => ref (moment < _moments.Length ? _moments[moment] : _weights)[at];

    /// <summary>xᵀ ȳ, from row 1 of the gradients on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTransposed(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int rows, int panel, int first, int count, ref float gradients)
    {
        var run = inputs.PanelStride / Panel;
        var depth = Math.Max(1, MaxTerms / run) * run;
        for (var from = 0; from < rows; from += depth)
        {
            var sum = new InnerProduct(Math.Min(depth, rows - from), run, inputs.ChunkStride, outputs.ChunkStride, from == 0 ? 0 : Panel, MultipliesDestination: false);
            for (var input = 0; input < count; input += Panel)
            {
                ref var sums = ref Unsafe.Add(ref gradients, (1 + input) * Panel);
                Tile<TVector, Transpose>.Multiply(Tile<TVector, Transpose>.RoundUpRows(Math.Min(Panel, count - input)), in sum, ref inputs.At(from / run, (first + input) / Panel),
                    ref outputs.At(from / run, panel), ref from == 0 ? ref Zeros[0] : ref sums, ref sums);
            }
        }
    }

    /// <summary>Σ ȳ over the batch, into row 0 of the gradients; each of four sums waits for none of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBiasGradients(PanelMatrix<TVector> outputs, int rows, int panel, ref float gradients)
    {
        var run = outputs.PanelStride / Panel;
        var (a, b, c, d) = (TVector.Of(0), TVector.Of(0), TVector.Of(0), TVector.Of(0));
        for (var from = 0; from < rows; from += run)
        {
            var count = Math.Min(run, rows - from);
            ref var at = ref outputs.At(from / run, panel);
            var row = 0;
            for (; row + 4 <= count; row += 4)
            {
                a += TVector.Load(ref Unsafe.Add(ref at, row * Panel));
                b += TVector.Load(ref Unsafe.Add(ref at, (row + 1) * Panel));
                c += TVector.Load(ref Unsafe.Add(ref at, (row + 2) * Panel));
                d += TVector.Load(ref Unsafe.Add(ref at, (row + 3) * Panel));
            }

            for (; row < count; row++)
            {
                a += TVector.Load(ref Unsafe.Add(ref at, row * Panel));
            }
        }

        TVector.Store(a + b + (c + d), ref gradients);
    }

    /// <summary>Keeps Wᵀ beside W, for the way back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void UpdateTransposed(AlignedBuffer transposed, int panel, int first, int count)
    {
        for (var input = first; input < first + count; input += Transposition.Size)
        {
            Transposition.Strip(Panel, ref _weights[panel * PanelLength + (1 + input) * Panel],
                ref transposed[input / Panel * TransposedLength + panel * Panel * Panel + input % Panel], Panel);
        }
    }
}

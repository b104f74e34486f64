using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// The weights of a dense layer in memory. A panel holds the weights of as many outputs as a vector has lanes: row 0 the biases, row
/// 1 + i the weights of input i. Moments have the same layout. A transposed copy of the weights serves the backward pass. See LAYOUT.md.
/// </summary>
internal sealed class DenseWeights<TVector>
    where TVector : struct, IVector<TVector>
{
    private readonly Layer _layer;
    private readonly int _panelLength;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer[] _moments;
    private readonly AlignedBuffer? _transposed;

    /// <param name="layer">Sizes of the layer, and its place in the flat parameters.</param>
    /// <param name="moments">Moments per weight.</param>
    /// <param name="hasTranspose">Whether to keep the transposed copy.</param>
    public DenseWeights(Layer layer, int moments, bool hasTranspose)
    {
        var inputPanels = PanelMatrix<TVector>.CountPanels(layer.Inputs);
        _layer = layer;

        // The transposed copy is made from blocks of four rows, so it reads rows up to the end of the last panel.
        _panelLength = (1 + (hasTranspose ? inputPanels * Width : layer.Inputs)) * Width;
        var buffers = AlignedBuffer.AllocateMany(
            [.. Enumerable.Repeat(Panels * _panelLength, 1 + moments), hasTranspose ? inputPanels * TransposedPanelLength : 0]);
        (_weights, _moments, _transposed) = (buffers[0], buffers[1..^1], hasTranspose ? buffers[^1] : null);
    }

    /// <summary>Panels of outputs.</summary>
    public int Panels => PanelMatrix<TVector>.CountPanels(_layer.Outputs);

    private static int Width => TVector.Width;

    private int TransposedPanelLength => Panels * Width * Width;

    /// <summary>A row of a panel: row 0 holds the biases, row 1 + i the weights of input i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float Row(int panel, int row) => ref _weights[panel * _panelLength + row * Width];

    /// <summary>A row of the transposed copy: the weights of one output, in a panel of inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref float TransposedRow(int inputPanel, int output) =>
        ref _transposed!.Value[inputPanel * TransposedPanelLength + output * Width];

    /// <summary>Updates rows of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update(Optimizer<TVector> optimizer, int panel, int firstRow, int rows, ref float gradients)
    {
        var start = panel * _panelLength + firstRow * Width;
        optimizer.Update(ref _weights[start], ref gradients, ref MomentAt(0, start), ref MomentAt(1, start), rows * Width);
    }

    /// <summary>Copies the weights of some inputs of a panel to the transposed copy, if there is one.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="first">First input, a multiple of <see cref="Transposition.Size"/>.</param>
    /// <param name="count">Number of inputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void UpdateTranspose(int panel, int first, int count)
    {
        if (_transposed is not { } transposed)
        {
            return;
        }

        for (var input = first; input < first + count; input += Transposition.Size)
        {
            Transposition.TransposeRows(Width, ref Row(panel, 1 + input),
                ref transposed[input / Width * TransposedPanelLength + panel * Width * Width + input % Width], Width);
        }
    }

    /// <inheritdoc cref="ILayer{TVector}.Save"/>
    public void Save(int moment, Span<float> flat)
    {
        var source = moment < 0 ? _weights : _moments[moment];
        for (var row = 0; row <= _layer.Inputs; row++)
        {
            var flatRow = flat.Slice(FlatRow(row), _layer.Outputs);
            for (var panel = 0; panel < Panels; panel++)
            {
                var part = flatRow[(panel * Width)..Math.Min(flatRow.Length, (panel + 1) * Width)];
                source.Slice(panel * _panelLength + row * Width, part.Length).CopyTo(part);
            }
        }
    }

    /// <inheritdoc cref="ILayer{TVector}.Load"/>
    public void Load(int moment, ReadOnlySpan<float> flat)
    {
        var destination = moment < 0 ? _weights : _moments[moment];
        for (var row = 0; row <= _layer.Inputs; row++)
        {
            var flatRow = flat.Slice(FlatRow(row), _layer.Outputs);
            for (var panel = 0; panel < Panels; panel++)
            {
                var part = flatRow[(panel * Width)..Math.Min(flatRow.Length, (panel + 1) * Width)];
                part.CopyTo(destination.Slice(panel * _panelLength + row * Width, part.Length));
            }
        }

        for (var panel = 0; moment < 0 && panel < Panels; panel++)
        {
            UpdateTranspose(panel, 0, _layer.Inputs);
        }
    }

    /// <summary>Index at which a row of a panel starts in the flat layout, in which the biases are last.</summary>
    private int FlatRow(int row) => row == 0 ? _layer.BiasesAt : _layer.WeightsAt + (row - 1) * _layer.Outputs;

    /// <summary>An optimiser ignores moments that it does not have; any reference will do for them.</summary>
    private ref float MomentAt(int moment, int index) => ref (moment < _moments.Length ? _moments[moment] : _weights)[index];
}

using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// A layer with one output, the last layer of every regression. A panel of outputs would use only one column, so the weights are stored
/// like a row of the inputs, and each row's output is one inner product. Weights and gradients after the last input are zero.
/// </summary>
internal sealed class ScalarLayer<TVector> : ILayer<TVector>
    where TVector : struct, IVector<TVector>
{
    private readonly Layer _layer;
    private readonly int _panels;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer[] _moments;

    /// <param name="layer">Sizes of the layer, and its place in the flat parameters.</param>
    /// <param name="moments">Moments per weight.</param>
    public ScalarLayer(Layer layer, int moments)
    {
        (_layer, _panels) = (layer, PanelMatrix<TVector>.CountPanels(layer.Inputs));
        var buffers = AlignedBuffer.AllocateMany([.. Enumerable.Repeat(GradientLength, 1 + moments)]);
        (_weights, _moments) = (buffers[0], buffers[1..]);
    }

    public int OutputWidth => 1;

    public int Blocks => 1;

    /// <summary>The weights in panels, and a vector whose first lane is the bias.</summary>
    public int GradientLength => BiasAt + Width;

    private static int Width => TVector.Width;

    private int BiasAt => _panels * Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int chunk, int rows)
    {
        ref var x = ref inputs.At(chunk, 0);
        ref var w = ref _weights[0];
        ref var y = ref outputs.At(chunk, 0);
        for (var row = 0; row < rows; row++)
        {
            var sum = TVector.Of(0);
            for (var panel = 0; panel < _panels; panel++)
            {
                TVector.AddProduct(ref sum, TVector.Load(ref Unsafe.Add(ref x, panel * inputs.PanelStride + row * Width)),
                    TVector.Load(ref Unsafe.Add(ref w, panel * Width)));
            }

            Unsafe.Add(ref y, row) = TVector.Sum(sum) + _weights[BiasAt];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(
        PanelMatrix<TVector> outputGradients, PanelMatrix<TVector> inputGradients, int chunk, int rows, ref float scratch)
    {
        ref var y = ref outputGradients.At(chunk, 0);
        for (var panel = 0; panel < _panels; panel++)
        {
            var weights = TVector.Load(ref _weights[panel * Width]);
            ref var x = ref inputGradients.At(chunk, panel);
            for (var row = 0; row < rows; row++)
            {
                ref var gradient = ref Unsafe.Add(ref x, row * Width);
                TVector.Store(TVector.Of(Unsafe.Add(ref y, row)) * weights * TVector.Load(ref gradient), ref gradient);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AccumulateGradients(
        PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputGradients, int rows, int block, ref float gradients)
    {
        for (var panel = 0; panel < _panels; panel++)
        {
            MultiplyTransposed(inputs, outputGradients, rows, panel, ref Unsafe.Add(ref gradients, panel * Width));
        }

        for (var i = _layer.Inputs; i < GradientLength; i++)
        {
            Unsafe.Add(ref gradients, i) = 0;
        }

        Unsafe.Add(ref gradients, BiasAt) = Sum(outputGradients, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyUpdate(int block, Optimizer<TVector> optimizer, ref float gradients) =>
        optimizer.Update(ref _weights[0], ref gradients, ref MomentsAt(0), ref MomentsAt(1), GradientLength);

    public void Save(int moment, Span<float> flat)
    {
        var source = moment < 0 ? _weights : _moments[moment];
        source.Slice(0, _layer.Inputs).CopyTo(flat[_layer.WeightsAt..]);
        flat[_layer.BiasesAt] = source[BiasAt];
    }

    public void Load(int moment, ReadOnlySpan<float> flat)
    {
        var destination = moment < 0 ? _weights : _moments[moment];
        flat.Slice(_layer.WeightsAt, _layer.Inputs).CopyTo(destination.Slice(0, _layer.Inputs));
        destination[BiasAt] = flat[_layer.BiasesAt];
    }

    /// <summary>An optimiser ignores moments that it does not have; any reference will do for them.</summary>
    private ref float MomentsAt(int moment) => ref (moment < _moments.Length ? _moments[moment] : _weights)[0];

    /// <summary>W̄ = xᵀ ȳ for one panel of x. Four independent sums, so that no addition waits for the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTransposed(
        PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputGradients, int rows, int panel, ref float gradients)
    {
        var (a, b, c, d) = (TVector.Of(0), TVector.Of(0), TVector.Of(0), TVector.Of(0));
        for (var (first, chunk) = (0, 0); first < rows; first += inputs.ChunkRows, chunk++)
        {
            var count = Math.Min(inputs.ChunkRows, rows - first);
            ref var x = ref inputs.At(chunk, panel);
            ref var y = ref outputGradients.At(chunk, 0);
            var row = 0;
            for (; row + 4 <= count; row += 4)
            {
                AddRow(ref a, ref x, ref y, row);
                AddRow(ref b, ref x, ref y, row + 1);
                AddRow(ref c, ref x, ref y, row + 2);
                AddRow(ref d, ref x, ref y, row + 3);
            }

            for (; row < count; row++)
            {
                AddRow(ref a, ref x, ref y, row);
            }
        }

        TVector.Store(a + b + (c + d), ref gradients);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(ref TVector sum, ref float x, ref float y, int row) =>
        TVector.AddProduct(ref sum, TVector.Of(Unsafe.Add(ref y, row)), TVector.Load(ref Unsafe.Add(ref x, row * Width)));

    /// <summary>b̄ = Σ ȳ over the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(PanelMatrix<TVector> outputGradients, int rows)
    {
        var sum = 0f;
        for (var row = 0; row < rows; row++)
        {
            sum += outputGradients.At(row / outputGradients.ChunkRows, 0, row % outputGradients.ChunkRows);
        }

        return sum;
    }
}

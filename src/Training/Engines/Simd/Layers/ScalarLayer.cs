using System.Runtime.CompilerServices;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd.Layers;

/// <summary>
/// A layer of one output, the last one of every regression: of a panel it would fill one column. Its weights lie side by side as the
/// inputs of a row do, and so each row is one inner product. Beyond the last input, weights and gradients are zero.
/// </summary>
internal sealed class ScalarLayer<TVector> : ILayer<TVector>
    where TVector : struct, IVector<TVector>
{
    private readonly Layer _layer;
    private readonly int _panels;
    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer[] _moments;

    /// <param name="layer">Its sizes, and its place in the flat parameters.</param>
    /// <param name="moments">Running figures per weight.</param>
    public ScalarLayer(Layer layer, int moments)
    {
        (_layer, _panels) = (layer, PanelMatrix<TVector>.PanelsOf(layer.Inputs));
        var kept = AlignedBuffer.AllocateMany([.. Enumerable.Repeat(GradientLength, 1 + moments)]);
        (_weights, _moments) = (kept[0], kept[1..]);
    }

    public int OutputWidth => 1;

    public int Blocks => 1;

    /// <summary>Panels of weights, and a vector that begins with the bias.</summary>
    public int GradientLength => BiasAt + TVector.Width;

    private static int Panel => TVector.Width;

    private int BiasAt => _panels * Panel;

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
                TVector.AddProduct(ref sum, TVector.Load(ref Unsafe.Add(ref x, panel * inputs.PanelStride + row * Panel)), TVector.Load(ref Unsafe.Add(ref w, panel * Panel)));
            }

            Unsafe.Add(ref y, row) = TVector.Sum(sum) + _weights[BiasAt];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(PanelMatrix<TVector> outputs, PanelMatrix<TVector> inputs, int chunk, int rows, ref float scratch)
    {
        ref var y = ref outputs.At(chunk, 0);
        for (var panel = 0; panel < _panels; panel++)
        {
            var weights = TVector.Load(ref _weights[panel * Panel]);
            ref var x = ref inputs.At(chunk, panel);
            for (var row = 0; row < rows; row++)
            {
                ref var to = ref Unsafe.Add(ref x, row * Panel);
                TVector.Store(TVector.Of(Unsafe.Add(ref y, row)) * weights * TVector.Load(ref to), ref to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AccumulateGradients(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int rows, int block, ref float gradients)
    {
        for (var panel = 0; panel < _panels; panel++)
        {
            Multiply(inputs, outputs, rows, panel, ref Unsafe.Add(ref gradients, panel * Panel));
        }

        for (var i = _layer.Inputs; i < GradientLength; i++)
        {
            Unsafe.Add(ref gradients, i) = 0;
        }

        Unsafe.Add(ref gradients, BiasAt) = SumOf(outputs, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyUpdate(int block, Optimizer<TVector> optimizer, ref float gradients) =>
        optimizer.Update(ref _weights[0], ref gradients, ref MomentAt(0), ref MomentAt(1), GradientLength);

    public void Save(int moment, Span<float> flat)
    {
        var from = moment < 0 ? _weights : _moments[moment];
        from.Slice(0, _layer.Inputs).CopyTo(flat[_layer.WeightsAt..]);
        flat[_layer.BiasesAt] = from[BiasAt];
    }

    public void Load(int moment, ReadOnlySpan<float> flat)
    {
        var to = moment < 0 ? _weights : _moments[moment];
        flat.Slice(_layer.WeightsAt, _layer.Inputs).CopyTo(to.Slice(0, _layer.Inputs));
        to[BiasAt] = flat[_layer.BiasesAt];
    }

    private ref float MomentAt(int moment) => ref (moment < _moments.Length ? _moments[moment] : _weights)[0];

    /// <summary>xᵀ ȳ for one panel of x; each of four sums waits for none of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(PanelMatrix<TVector> inputs, PanelMatrix<TVector> outputs, int rows, int panel, ref float gradients)
    {
        var (a, b, c, d) = (TVector.Of(0), TVector.Of(0), TVector.Of(0), TVector.Of(0));
        for (var (first, chunk) = (0, 0); first < rows; first += inputs.ChunkRows, chunk++)
        {
            var count = Math.Min(inputs.ChunkRows, rows - first);
            ref var x = ref inputs.At(chunk, panel);
            ref var y = ref outputs.At(chunk, 0);
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
        TVector.AddProduct(ref sum, TVector.Of(Unsafe.Add(ref y, row)), TVector.Load(ref Unsafe.Add(ref x, row * Panel)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float SumOf(PanelMatrix<TVector> outputs, int rows)
    {
        var sum = 0f;
        for (var row = 0; row < rows; row++)
        {
            sum += outputs.At(row / outputs.ChunkRows, 0, row % outputs.ChunkRows);
        }

        return sum;
    }
}

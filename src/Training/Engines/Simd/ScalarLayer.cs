using System.Runtime.CompilerServices;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Engines.Simd;

/// <summary>
/// A layer of one output, the last one of every regression: of a panel it would fill one column. Its weights lie side by side as the
/// inputs of a row do, and so each row is one inner product. Beyond the last input, weights and gradients are zero.
/// </summary>
internal sealed class ScalarLayer<TVector> : ILayer<TVector>
    where TVector : struct, IVector<TVector>
{
    private readonly Layer _layer;
    private readonly int _panels;
    private readonly Memory _weights;
    private readonly Memory[] _moments;
    private readonly Memory _zeros = new(TVector.Width);

    /// <param name="layer">Its sizes, and its place in the flat parameters.</param>
    /// <param name="moments">Running figures per weight.</param>
    public ScalarLayer(Layer layer, int moments)
    {
        (_layer, _panels) = (layer, Values<TVector>.PanelsOf(layer.Inputs));
        _weights = new(GradientLength);
        _moments = [.. Enumerable.Range(0, moments).Select(_ => new Memory(GradientLength))];
    }

    public int OutputWidth => 1;

    public int Blocks => 1;

    /// <summary>Panels of weights, and a vector that begins with the bias.</summary>
    public int GradientLength => BiasAt + TVector.Width;

    private static int Panel => Values<TVector>.Panel;

    private int BiasAt => _panels * Panel;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(Values<TVector> inputs, Values<TVector> outputs, int chunk, int rows)
    {
        ref var x = ref inputs.At(chunk, 0);
        ref var w = ref _weights[0];
        ref var y = ref outputs.At(chunk, 0);
        for (var row = 0; row < rows; row++)
        {
            var (a, b) = (TVector.Of(0), TVector.Of(0));
            for (var panel = 0; panel < _panels; panel++)
            {
                ref var from = ref Unsafe.Add(ref x, panel * inputs.NextPanel + row * Panel);
                ref var with = ref Unsafe.Add(ref w, panel * Panel);
                TVector.AddProduct(ref a, TVector.Load(ref from), TVector.Load(ref with));
                TVector.AddProduct(ref b, TVector.Load(ref Unsafe.Add(ref from, TVector.Width)), TVector.Load(ref Unsafe.Add(ref with, TVector.Width)));
            }

            Unsafe.Add(ref y, row) = TVector.Sum(a + b) + _weights[BiasAt];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(Values<TVector> outputs, Values<TVector> inputs, int chunk, int rows, ref float scratch)
    {
        ref var y = ref outputs.At(chunk, 0);
        for (var panel = 0; panel < _panels; panel++)
        {
            var (u, v) = (TVector.Load(ref _weights[panel * Panel]), TVector.Load(ref _weights[panel * Panel + TVector.Width]));
            ref var x = ref inputs.At(chunk, panel);
            for (var row = 0; row < rows; row++)
            {
                var slope = TVector.Of(Unsafe.Add(ref y, row));
                ref var to = ref Unsafe.Add(ref x, row * Panel);
                ref var beside = ref Unsafe.Add(ref to, TVector.Width);
                TVector.Store(slope * u * TVector.Load(ref to), ref to);
                TVector.Store(slope * v * TVector.Load(ref beside), ref beside);
            }
        }
    }

    public void Gather(Values<TVector> inputs, Values<TVector> outputs, int rows, int block, ref float gradients)
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

    public void Learn(int block, Optimizer<TVector> optimizer, ref float gradients) =>
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

    private ref float MomentAt(int moment) => ref moment < _moments.Length ? ref _moments[moment][0] : ref _zeros[0];

    /// <summary>xᵀ ȳ for one panel of x; each of four pairs of sums waits for none of the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(Values<TVector> inputs, Values<TVector> outputs, int rows, int panel, ref float gradients)
    {
        var (a, b, c, d) = (TVector.Of(0), TVector.Of(0), TVector.Of(0), TVector.Of(0));
        var (e, f, g, h) = (a, b, c, d);
        for (var (first, chunk) = (0, 0); first < rows; first += inputs.ChunkRows, chunk++)
        {
            var count = Math.Min(inputs.ChunkRows, rows - first);
            ref var x = ref inputs.At(chunk, panel);
            ref var y = ref outputs.At(chunk, 0);
            var row = 0;
            for (; row + 4 <= count; row += 4)
            {
                AddRow(ref a, ref e, ref x, ref y, row);
                AddRow(ref b, ref f, ref x, ref y, row + 1);
                AddRow(ref c, ref g, ref x, ref y, row + 2);
                AddRow(ref d, ref h, ref x, ref y, row + 3);
            }

            for (; row < count; row++)
            {
                AddRow(ref a, ref e, ref x, ref y, row);
            }
        }

        TVector.Store(a + b + (c + d), ref gradients);
        TVector.Store(e + f + (g + h), ref Unsafe.Add(ref gradients, TVector.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(ref TVector first, ref TVector second, ref float x, ref float y, int row)
    {
        ref var from = ref Unsafe.Add(ref x, row * Panel);
        var slope = TVector.Of(Unsafe.Add(ref y, row));
        TVector.AddProduct(ref first, slope, TVector.Load(ref from));
        TVector.AddProduct(ref second, slope, TVector.Load(ref Unsafe.Add(ref from, TVector.Width)));
    }

    private static float SumOf(Values<TVector> outputs, int rows)
    {
        var sum = 0f;
        for (var row = 0; row < rows; row++)
        {
            sum += outputs.At(row / outputs.ChunkRows, 0, row % outputs.ChunkRows);
        }

        return sum;
    }
}

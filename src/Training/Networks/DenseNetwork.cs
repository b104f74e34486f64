using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Velodrome.Training.Networks;

/// <summary>The forward pass of a trained network in plain C#: without libtorch and without state, so threads may share it. The
/// outputs of a row are bit-for-bit the same however many rows are passed with it.</summary>
/// <param name="shape">Sizes and parameter layout.</param>
/// <param name="activation">Applied after every hidden layer.</param>
/// <param name="parameters">Flat, in the layout of <paramref name="shape"/>.</param>
public sealed class DenseNetwork(NetworkShape shape, Activation activation, ReadOnlyMemory<float> parameters)
{
    /// <summary>Vectors of rows per block: this many independent sums hide the latency of an addition.</summary>
    private const int Vectors = 8;

    private readonly int _widest = Math.Max(shape.Inputs, shape.Layers.Max(layer => layer.Outputs));

    private static int BlockRows => Vectors * Vector<float>.Count;

    /// <summary>Computes the outputs of some rows, without dropout.</summary>
    /// <param name="features">Encoded rows, row-major [rows, shape.Inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="cancellationToken">Checked before each layer of a block of rows.</param>
    /// <returns>Raw outputs, row-major [rows, shape.Outputs].</returns>
    public float[] Forward(float[] features, int rows, CancellationToken cancellationToken = default)
    {
        var outputs = new float[rows * shape.Outputs];
        var room = ArrayPool<float>.Shared.Rent(2 * _widest * BlockRows);
        for (var first = 0; first < rows; first += BlockRows)
        {
            var count = Math.Min(BlockRows, rows - first);
            var x = features.AsSpan(first * shape.Inputs, count * shape.Inputs);
            var y = outputs.AsSpan(first * shape.Outputs, count * shape.Outputs);
            if (count == BlockRows)
            {
                ForwardBlock(x, y, room, cancellationToken);
            }
            else
            {
                ForwardRows(x, count, y, room, cancellationToken);
            }
        }

        ArrayPool<float>.Shared.Return(room);
        return outputs;
    }

    /// <summary>Computes row by row, vectorised over units; for the rows that don't fill a block.</summary>
    private void ForwardRows(
        ReadOnlySpan<float> features, int rows, Span<float> outputs, Span<float> room, CancellationToken cancellationToken)
    {
        for (var row = 0; row < rows; row++)
        {
            var values = features.Slice(row * shape.Inputs, shape.Inputs);
            for (var i = 0; i < shape.Layers.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var layer = shape.Layers[i];
                var sums = room.Slice(i % 2 * _widest, layer.Outputs);
                parameters.Span.Slice(layer.BiasesAt, layer.Outputs).CopyTo(sums);
                for (var input = 0; input < layer.Inputs; input++)
                {
                    var weights = parameters.Span.Slice(layer.WeightsAt + input * layer.Outputs, layer.Outputs);
                    TensorPrimitives.FusedMultiplyAdd(weights, values[input], sums, sums);
                }

                if (i < shape.Layers.Count - 1)
                {
                    Activations.Apply(activation, sums);
                }

                values = sums;
            }

            values.CopyTo(outputs[(row * shape.Outputs)..]);
        }
    }

    /// <summary>Computes a full block of rows, vectorised over rows; values are stored [unit][row].</summary>
    private void ForwardBlock(
        ReadOnlySpan<float> features, Span<float> outputs, Span<float> room, CancellationToken cancellationToken)
    {
        var values = room[..(_widest * BlockRows)];
        var next = room.Slice(_widest * BlockRows, _widest * BlockRows);
        for (var input = 0; input < shape.Inputs; input++)
        {
            for (var row = 0; row < BlockRows; row++)
            {
                values[input * BlockRows + row] = features[row * shape.Inputs + input];
            }
        }

        foreach (var layer in shape.Layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var unit = 0; unit < layer.Outputs; unit++)
            {
                var sums = MemoryMarshal.Cast<float, Vector<float>>(next.Slice(unit * BlockRows, BlockRows));
                ComputeUnit(MemoryMarshal.Cast<float, Vector<float>>(values), layer, unit, sums);
            }

            if (layer.End != shape.Parameters)
            {
                Activations.Apply(activation, next[..(layer.Outputs * BlockRows)]);
            }

            var done = values;
            values = next;
            next = done;
        }

        for (var row = 0; row < BlockRows; row++)
        {
            for (var output = 0; output < shape.Outputs; output++)
            {
                outputs[row * shape.Outputs + output] = values[output * BlockRows + row];
            }
        }
    }

    /// <summary>Computes bias + Σ weight × input of one unit for a block of rows.</summary>
    private void ComputeUnit(ReadOnlySpan<Vector<float>> inputs, Layer layer, int unit, Span<Vector<float>> sums)
    {
        var ofNetwork = parameters.Span;
        var bias = new Vector<float>(ofNetwork[layer.BiasesAt + unit]);
        var (a, b, c, d, e, f, g, h) = (bias, bias, bias, bias, bias, bias, bias, bias);
        for (var input = 0; input < layer.Inputs; input++)
        {
            var weight = new Vector<float>(ofNetwork[layer.WeightsAt + input * layer.Outputs + unit]);
            var x = inputs.Slice(input * Vectors, Vectors);
            a = Vector.FusedMultiplyAdd(weight, x[0], a);
            b = Vector.FusedMultiplyAdd(weight, x[1], b);
            c = Vector.FusedMultiplyAdd(weight, x[2], c);
            d = Vector.FusedMultiplyAdd(weight, x[3], d);
            e = Vector.FusedMultiplyAdd(weight, x[4], e);
            f = Vector.FusedMultiplyAdd(weight, x[5], f);
            g = Vector.FusedMultiplyAdd(weight, x[6], g);
            h = Vector.FusedMultiplyAdd(weight, x[7], h);
        }

        (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
        (sums[4], sums[5], sums[6], sums[7]) = (e, f, g, h);
    }
}

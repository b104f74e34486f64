using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Vectors;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd.Layers;

public sealed class LayerTests
{
    public static IEnumerable<object[]> Layers =>
        from size in new[] { (1, 1, 1), (3, 2, 5), (9, 17, 20), (33, 40, 70), (300, 270, 300), (5, 1, 3), (70, 1, 130) }
        from lanes in new[] { 4, 8, 16, 32 }
        from isScalar in size.Item2 == 1 ? new[] { false, true } : [false]
        select new object[] { size.Item1, size.Item2, size.Item3, lanes, isScalar };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_operation_equals_the_plain_one(int inputs, int outputs, int rows, int lanes, bool isScalar)
    {
        Action<int, int, int, bool> compare = lanes switch
        {
            4 => Compare<Lanes4>,
            8 => Compare<Lanes8>,
            16 => Compare<DoubleVector<Lanes8>>,
            _ => Compare<DoubleVector<Lanes16>>,
        };

        compare(inputs, outputs, rows, isScalar);
    }

    private static void Compare<TVector>(int inputs, int outputs, int rows, bool isScalar)
        where TVector : struct, IVector<TVector>
    {
        var place = new NetworkShape(inputs, [], outputs).Layers[0];
        var optimizer = new Optimizer<TVector>(Sample.Spec() with { Momentum = 0 });
        ILayer<TVector> layer = isScalar
            ? new ScalarLayer<TVector>(place, optimizer.Moments)
            : new DenseLayer<TVector>(place, optimizer.Moments, hasBackward: true);
        var plain = new PlainLayer(inputs, outputs, rows);
        var parameters = Sample.Numbers(place.End, seed: 1);
        var (x, derivatives, outputGradients) =
            (Sample.Numbers(rows * inputs, seed: 2), Sample.Numbers(rows * inputs, seed: 3), Sample.Numbers(rows * outputs, seed: 4));
        (int, int) inputSize = (inputs, TVector.Width), outputSize = (outputs, layer.OutputWidth);
        var panels = new Panels<TVector>(rows, [inputSize, inputSize, outputSize, outputSize]); // x, x̄, y, ȳ
        panels.Write(0, x);
        panels.Write(3, outputGradients);
        layer.Load(-1, parameters);

        panels.ForEachChunk((chunk, chunkRows) => layer.Forward(panels[0], panels[2], chunk, chunkRows));
        AssertClose(plain.Forward(x, parameters), panels.Read(2), inputs);

        AssertClose(plain.Backward(outputGradients, parameters, derivatives), Backward(), outputs);

        // A step of plain gradient descent at rate 1 subtracts the gradients.
        var gradients = new float[layer.GradientLength];
        optimizer.BeginStep(learningRate: 1);
        for (var block = 0; block < layer.Blocks; block++)
        {
            layer.AccumulateGradients(panels[0], panels[3], rows, block, ref gradients[0]);
            layer.ApplyUpdate(block, optimizer, ref gradients[0]);
        }

        var updated = new float[place.End];
        layer.Save(-1, updated);
        AssertClose([.. plain.Gradients(x, outputGradients).Zip(parameters, (gradient, parameter) => parameter - gradient)], updated, rows);

        // The transposed copy of the weights is updated too.
        AssertClose(plain.Backward(outputGradients, updated, derivatives), Backward(), outputs * Math.Max(1, updated.Max(Math.Abs)));

        float[] Backward()
        {
            var scratch = new float[panels[1].PanelStride];
            panels.Write(1, derivatives);
            panels.ForEachChunk((chunk, chunkRows) => layer.Backward(panels[3], panels[1], chunk, chunkRows, ref scratch[0]));
            return panels.Read(1);
        }
    }

    private static void AssertClose(double[] expected, float[] actual, double terms)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * (1 + terms)));
    }

    /// <summary>Row-major matrices in the panels that layers work on.</summary>
    private sealed class Panels<TVector>(int rows, (int Units, int Width)[] sizes)
        where TVector : struct, IVector<TVector>
    {
        private const int ChunkRows = 64;

        private readonly PanelMatrix<TVector>[] _matrices =
            PanelMatrix<TVector>.AllocateMany(sizes, (rows + ChunkRows - 1) / ChunkRows, ChunkRows);

        public PanelMatrix<TVector> this[int matrix] => _matrices[matrix];

        public void Write(int matrix, float[] values) => ForEach(matrix, (at, panels) => panels[0] = values[at]);

        public float[] Read(int matrix)
        {
            var values = new float[rows * sizes[matrix].Units];
            ForEach(matrix, (at, panels) => values[at] = panels[0]);
            return values;
        }

        public void ForEachChunk(Action<int, int> act)
        {
            for (var chunk = 0; chunk * ChunkRows < rows; chunk++)
            {
                act(chunk, Tile<TVector, NoTranspose>.RoundUpRows(Math.Min(ChunkRows, rows - chunk * ChunkRows)));
            }
        }

        private void ForEach(int matrix, ElementAction act)
        {
            var (units, width) = sizes[matrix];
            for (var row = 0; row < rows; row++)
            {
                for (var unit = 0; unit < units; unit++)
                {
                    act(row * units + unit, _matrices[matrix].Row(row / ChunkRows, unit / width, row % ChunkRows)[(unit % width)..]);
                }
            }
        }

        private delegate void ElementAction(int at, Span<float> element);
    }
}

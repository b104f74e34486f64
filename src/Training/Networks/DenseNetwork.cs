namespace Velodrome.Training.Networks;

/// <summary>A trained network's forward pass in plain C#: no libtorch, no state, safe from many threads at once.</summary>
/// <param name="shape">Sizes and layout.</param>
/// <param name="activation">After every hidden layer.</param>
/// <param name="parameters">Flat, in the layout of <paramref name="shape"/>.</param>
public sealed class DenseNetwork(NetworkShape shape, Activation activation, float[] parameters)
{
    /// <summary>Forward pass without dropout.</summary>
    /// <param name="features">Encoded rows, row-major [rows, shape.Inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Raw outputs, row-major [rows, shape.Outputs].</returns>
    public float[] Forward(float[] features, int rows)
    {
        var values = features;
        foreach (var layer in shape.Layers)
        {
            values = Multiply(values, rows, layer);
            if (layer.End != shape.Parameters)
            {
                Activations.Apply(activation, values);
            }
        }

        return values;
    }

    private float[] Multiply(float[] inputs, int rows, Layer layer)
    {
        var outputs = new float[rows * layer.Outputs];
        for (var row = 0; row < rows; row++)
        {
            var sums = outputs.AsSpan(row * layer.Outputs, layer.Outputs);
            parameters.AsSpan(layer.BiasesAt, layer.Outputs).CopyTo(sums);
            for (var input = 0; input < layer.Inputs; input++)
            {
                var weights = parameters.AsSpan(layer.WeightsAt + input * layer.Outputs, layer.Outputs);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(weights, inputs[row * layer.Inputs + input], sums, sums);
            }
        }

        return outputs;
    }
}

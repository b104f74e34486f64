namespace Velodrome.Training.Networks;

/// <summary>One dense layer's place in the flat array of parameters: weights [Inputs, Outputs] row-major, then biases [Outputs].</summary>
public readonly record struct Layer(int Inputs, int Outputs, int WeightsAt)
{
    public int BiasesAt => WeightsAt + Inputs * Outputs;

    public int End => BiasesAt + Outputs;
}

/// <summary>
/// Sizes of a dense network and the layout of its parameters in one flat array. Every engine, the checkpoint and the model
/// file share this layout.
/// </summary>
public sealed class NetworkShape
{
    /// <param name="inputs">Encoded features per row.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="outputs">1 for regression, the number of classes for classification.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public NetworkShape(int inputs, IReadOnlyList<int> hidden, int outputs)
    {
        int[] sizes = [inputs, .. hidden, outputs];
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sizes.Min(), nameof(hidden));
        var layers = new Layer[sizes.Length - 1];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = new(sizes[i], sizes[i + 1], i == 0 ? 0 : layers[i - 1].End);
        }

        Layers = layers;
    }

    public IReadOnlyList<Layer> Layers { get; }

    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].Outputs;

    /// <summary>Weights and biases of all layers.</summary>
    public int Parameters => Layers[^1].End;
}

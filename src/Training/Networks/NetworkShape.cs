namespace Velodrome.Training.Networks;

/// <summary>The position of a dense layer in the flat array of parameters: weights [Inputs, Outputs] row-major, then biases.</summary>
/// <param name="Inputs">Number of inputs.</param>
/// <param name="Outputs">Number of units.</param>
/// <param name="WeightsAt">Index of the first weight.</param>
public readonly record struct Layer(int Inputs, int Outputs, int WeightsAt)
{
    /// <summary>Index of the first bias.</summary>
    public int BiasesAt => WeightsAt + Inputs * Outputs;

    /// <summary>Index after the last bias.</summary>
    public int End => BiasesAt + Outputs;
}

/// <summary>
/// Sizes of a dense network and the layout of its parameters in one flat array, which every engine, the checkpoint and the model
/// file share.
/// </summary>
public sealed class NetworkShape
{
    /// <summary>Lays out a network.</summary>
    /// <param name="inputs">Encoded features per row.</param>
    /// <param name="hidden">Number of units of each hidden layer.</param>
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

    /// <summary>Hidden layers and the output layer, in order.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Encoded features per row.</summary>
    public int Inputs => Layers[0].Inputs;

    /// <summary>Outputs per row.</summary>
    public int Outputs => Layers[^1].Outputs;

    /// <summary>Number of weights and biases in all layers.</summary>
    public int Parameters => Layers[^1].End;
}

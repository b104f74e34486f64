using Velodrome.Training.Random;

namespace Velodrome.Training.Networks;

/// <summary>
/// Initial weights: a function of shape, activation and seed, the same for every engine. For activations that suppress negative
/// inputs (relu and its relatives), units come in mirrored pairs, so that the untrained network is linear and every row activates one
/// unit of each pair (Balduzzi et al. 2017, "The Shattered Gradients Problem"). For tanh and sigmoid, Glorot and Bengio 2010.
/// </summary>
public static class InitialWeights
{
    /// <summary>Draws the parameters of a network.</summary>
    /// <param name="shape">Sizes and parameter layout.</param>
    /// <param name="activation">Determines the scheme.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="drawnInputs">The first inputs, which get weights as if there were no others. The weights of the others are 0, so that
    /// they do not change the untrained network. Null for all.</param>
    /// <param name="cancellationToken">Checked before each layer.</param>
    /// <returns>Flat parameters in the layout of <see cref="NetworkShape"/>; biases are 0.</returns>
    public static float[] Draw(
        NetworkShape shape, Activation activation, long seed, int? drawnInputs = null, CancellationToken cancellationToken = default)
    {
        var random = new RandomStream(seed, RandomPurpose.InitialWeights);
        var parameters = new float[shape.Parameters];
        var mirrors = activation is not (Activation.Tanh or Activation.Sigmoid);
        foreach (var whole in shape.Layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (isFirst, isLast) = (whole.WeightsAt == 0, whole.End == shape.Parameters);
            var layer = isFirst ? whole with { Inputs = drawnInputs ?? whole.Inputs } : whole;
            var variance = !mirrors ? 2.0 / (layer.Inputs + layer.Outputs)
                : isFirst ? 1.0 / layer.Inputs
                : 2.0 / layer.Inputs;
            var weights = parameters.AsSpan(layer.WeightsAt, layer.Inputs * layer.Outputs);
            Fill(weights, random, Math.Sqrt(3 * variance));
            if (mirrors)
            {
                Mirror(weights, layer, inputs: !isFirst, outputs: !isLast);
            }
        }

        return parameters;
    }

    /// <summary>Uniform in [-limit, limit), which has the standard deviation limit / √3.</summary>
    private static void Fill(Span<float> weights, RandomStream random, double limit)
    {
        foreach (ref var weight in weights)
        {
            weight = (float)((2 * random.NextDouble() - 1) * limit);
        }
    }

    /// <summary>Gives every second unit the negated weights of the unit before it.</summary>
    private static void Mirror(Span<float> weights, Layer layer, bool inputs, bool outputs)
    {
        for (var i = 0; i < layer.Inputs; i++)
        {
            for (var o = 0; o < layer.Outputs; o++)
            {
                var (mirrorsInput, mirrorsOutput) = (inputs && i % 2 == 1, outputs && o % 2 == 1);
                if (mirrorsInput || mirrorsOutput)
                {
                    var original = weights[(mirrorsInput ? i - 1 : i) * layer.Outputs + (mirrorsOutput ? o - 1 : o)];
                    weights[i * layer.Outputs + o] = mirrorsInput == mirrorsOutput ? original : -original;
                }
            }
        }
    }
}

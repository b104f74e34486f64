using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Networks;

public class InitialWeightsTests
{
    [Fact]
    public void The_same_seed_draws_the_same_weights_and_another_seed_draws_others()
    {
        var shape = new NetworkShape(4, [6, 5], 1);

        Assert.Equal(InitialWeights.Draw(shape, Activation.Relu, 1), InitialWeights.Draw(shape, Activation.Relu, 1));
        var firstWeights = Enumerable.Range(0, 100).Select(seed => InitialWeights.Draw(shape, Activation.Relu, seed)[0]);
        Assert.Equal(100, firstWeights.Distinct().Count());
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.LeakyRelu)]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Gelu)]
    public void The_untrained_network_is_linear(Activation activation)
    {
        var shape = new NetworkShape(3, [8, 6, 4], 1);
        for (var seed = 0; seed < 20; seed++)
        {
            var network = new DenseNetwork(shape, activation, InitialWeights.Draw(shape, activation, seed));
            float Of(params float[] x) => network.Forward(x, 1)[0];

            Assert.Equal(Of(1, -2, 0.5f) + Of(0.25f, 3, -1), Of(1.25f, 1, -0.5f), 2e-6f);
            Assert.Equal(-3 * Of(1, -2, 0.5f), Of(-3, 6, -1.5f), 1e-5f);
            Assert.NotEqual(0, Of(1, -2, 0.5f));
        }
    }

    [Fact]
    public void An_untrained_elu_network_is_odd()
    {
        var shape = new NetworkShape(3, [8, 6], 1);
        var network = new DenseNetwork(shape, Activation.Elu, InitialWeights.Draw(shape, Activation.Elu, 1));

        Assert.Equal(-network.Forward([1, -2, 0.5f], 1)[0], network.Forward([-1, 2, -0.5f], 1)[0], 1e-6f);
    }

    [Theory]
    [InlineData(new[] { 16, 8 })]
    [InlineData(new[] { 2, 2, 2 })]
    [InlineData(new[] { 7, 5, 3 })]     // the last unit of a layer with an odd number has no mirror
    public void Every_layer_has_an_active_unit_for_every_row(int[] hidden)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var full = new NetworkShape(2, hidden, 1);
            var weights = InitialWeights.Draw(full, Activation.Relu, seed);
            for (var layers = 1; layers <= hidden.Length; layers++)
            {
                // The network up to this hidden layer, whose activations are its outputs.
                var truncated = new NetworkShape(2, hidden[..(layers - 1)], hidden[layers - 1]);
                var network = new DenseNetwork(truncated, Activation.Relu, weights.AsMemory(0, truncated.Parameters));
                foreach (var row in new float[][] { [1, 1], [-1, 1], [1, -1], [-1, -1], [0.1f, -5] })
                {
                    Assert.Contains(network.Forward(row, 1), value => value > 0);
                }
            }
        }
    }

    [Theory]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 7, 5, 3 })]
    [InlineData(new int[0])]
    public void Layers_of_odd_size_are_filled_and_biases_are_zero(int[] hidden)
    {
        var shape = new NetworkShape(3, hidden, 1);
        var weights = InitialWeights.Draw(shape, Activation.Relu, 1);

        foreach (var layer in shape.Layers)
        {
            Assert.DoesNotContain(0, weights[layer.WeightsAt..layer.BiasesAt]);
            Assert.All(weights[layer.BiasesAt..layer.End], bias => Assert.Equal(0, bias));
        }
    }

    [Theory]
    [InlineData(Activation.Relu, 1.0 / 200, 2.0 / 300)]        // mirrored: 1 / inputs in the first layer, then 2 / inputs
    [InlineData(Activation.Tanh, 2.0 / 500, 2.0 / 550)]        // Glorot and Bengio 2010: 2 / (inputs + outputs)
    [InlineData(Activation.Sigmoid, 2.0 / 500, 2.0 / 550)]
    public void Weights_have_the_variance_of_the_scheme(Activation activation, double first, double second)
    {
        var shape = new NetworkShape(200, [300, 250], 1);
        var weights = InitialWeights.Draw(shape, activation, 1);

        foreach (var (layer, variance) in shape.Layers.Zip([first, second]))
        {
            var drawn = weights[layer.WeightsAt..layer.BiasesAt];
            Assert.Equal(0, drawn.Average(), 0.01 * Math.Sqrt(variance) + 0.001);
            Assert.Equal(1, drawn.Average(weight => (double)weight * weight) / variance, 0.03);
            Assert.True(drawn.Max() <= Math.Sqrt(3 * variance) + 1e-6, "A weight exceeds the limit of its uniform distribution.");
        }
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Tanh)]
    public void Inputs_that_are_not_drawn_have_weight_0_and_change_no_other_weight(Activation activation)
    {
        var (all, some) = (new NetworkShape(9, [7, 4], 2), new NetworkShape(3, [7, 4], 2));

        var weights = InitialWeights.Draw(all, activation, 5, drawnInputs: 3);

        var expected = InitialWeights.Draw(some, activation, 5);
        Assert.Equal(expected[..21], weights[..21]);
        Assert.All(weights[21..63], weight => Assert.Equal(0, weight));
        Assert.Equal(expected[21..], weights[63..]);
    }

    [Fact]
    public void Units_of_a_tanh_network_are_not_mirrored()
    {
        var weights = InitialWeights.Draw(new(3, [8], 1), Activation.Tanh, 1);

        Assert.Equal(24, weights[..24].Select(MathF.Abs).Distinct().Count());
    }
}

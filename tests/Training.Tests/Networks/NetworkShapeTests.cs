using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Networks;

public class NetworkShapeTests
{
    [Fact]
    public void Layers_follow_one_another_with_weights_before_biases()
    {
        var shape = new NetworkShape(3, [4, 2], 1);

        Assert.Equal([(3, 4, 0, 12, 16), (4, 2, 16, 24, 26), (2, 1, 26, 28, 29)],
            shape.Layers.Select(layer => (layer.Inputs, layer.Outputs, layer.WeightsAt, layer.BiasesAt, layer.End)));
        Assert.Equal((3, 1, 29), (shape.Inputs, shape.Outputs, shape.Parameters));
    }

    [Fact]
    public void A_network_without_hidden_layers_is_a_linear_model() =>
        Assert.Equal([new Layer(5, 1, 0)], new NetworkShape(5, [], 1).Layers);

    [Theory]
    [InlineData(0, 4, 1)]
    [InlineData(3, 0, 1)]
    [InlineData(3, -4, 1)]
    [InlineData(3, 4, 0)]
    public void Sizes_that_are_not_positive_are_refused(int inputs, int hidden, int outputs) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkShape(inputs, [hidden], outputs));
}

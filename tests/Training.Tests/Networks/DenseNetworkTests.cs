using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Networks;

public class DenseNetworkTests
{
    public static TheoryData<Activation> AllActivations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(AllActivations))]
    public void A_network_gives_the_same_outputs_as_the_torch_engine(Activation activation)
    {
        var shape = new NetworkShape(5, [9, 1, 6], 1);
        var weights = Sample.Numbers(shape.Parameters, seed: 1);
        var rows = new EncodedRows(Sample.Numbers(500 * 5, seed: 2, limit: 6), [], null, 500, 5);
        using var engine = new TorchEngine(shape, new() { Activation = activation }, Sample.Spec(), weights);
        var expected = new float[500];
        engine.Predict(rows, expected);

        var outputs = new DenseNetwork(shape, activation, weights).Forward(rows.Features, 500);

        AssertClose(expected, outputs);
    }

    [Fact]
    public void A_network_with_several_outputs_gives_the_same_values_as_the_torch_engine()
    {
        var shape = new NetworkShape(5, [9, 6], 4);
        var weights = Sample.Numbers(shape.Parameters, seed: 1);
        var rows = new EncodedRows(Sample.Numbers(100 * 5, seed: 2, limit: 6), [], null, 100, 5);
        using var engine = new TorchEngine(shape, new() { Activation = Activation.Silu }, Sample.Spec(), weights);
        var expected = new float[100 * 4];
        engine.Predict(rows, expected);

        AssertClose(expected, new DenseNetwork(shape, Activation.Silu, weights).Forward(rows.Features, 100));
    }

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Gelu)]
    public void The_outputs_of_a_row_do_not_depend_on_the_number_of_rows_passed_with_it(Activation activation)
    {
        const int Rows = 300;
        var shape = new NetworkShape(3, [17, 5], 2);
        var network = new DenseNetwork(shape, activation, Sample.Numbers(shape.Parameters, seed: 1));
        var features = Sample.Numbers(3 * Rows, seed: 2);

        Assert.Equal(
            network.Forward(features, Rows),
            Enumerable.Range(0, Rows).SelectMany(row => network.Forward(features[(3 * row)..(3 * row + 3)], 1)));
    }

    [Fact]
    public void Inputs_are_not_changed()
    {
        float[] features = [-1, 2];

        new DenseNetwork(new(2, [], 1), Activation.Relu, new float[] { 1, 1, 1 }).Forward(features, 1);

        Assert.Equal([-1, 2], features);
    }

    /// <summary>NaN stays NaN, as in torch: a relu that made it 0 would let a damaged row pass as a prediction.</summary>
    [Theory]
    [MemberData(nameof(AllActivations))]
    public void Activations_give_the_same_values_as_torch_for_any_number(Activation activation)
    {
        // A network of one unit that returns the activation of its input.
        var shape = new NetworkShape(1, [1], 1);
        float[] weights = [1, 0, 1, 0];
        float[] inputs = [float.NaN, 0, -0f, 1e-30f, -1e-30f, 1e-4f, -1e-4f, 3, -3, 20, -20, 100, -100, 1e30f, -1e30f];
        using var engine = new TorchEngine(shape, new() { Activation = activation }, Sample.Spec(), weights);
        var expected = new float[inputs.Length];
        engine.Predict(new(inputs, [], null, inputs.Length, 1), expected);

        AssertClose(expected, new DenseNetwork(shape, activation, weights).Forward(inputs, inputs.Length));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var size = float.IsNaN(expected[i]) ? 1 : MathF.Abs(expected[i]);
            Assert.Equal(expected[i], actual[i], 1e-5f * MathF.Max(1, size));
        }
    }
}

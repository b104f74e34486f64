using Velodrome.Training.Encoding;
using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Losses;
using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Engines.Simd;

public class SimdGradientTests
{
    private static readonly NetworkShape Shape = new(3, [4, 3], 1);
    private static readonly EncodedRows Rows = Sample.Rows(8, 3, seed: 2);

    public static IEnumerable<object[]> ActivationsAndLosses =>
        from activation in Enum.GetValues<Activation>()
        from loss in new[] { LossKind.Mse, LossKind.Mae, LossKind.Huber, LossKind.Quantile }
        select new object[] { activation, loss };

    [Theory]
    [MemberData(nameof(ActivationsAndLosses))]
    public void The_gradient_equals_finite_differences(Activation activation, LossKind loss)
    {
        var weights = Array.ConvertAll(Sample.Numbers(Shape.Parameters, seed: 1), weight => (double)weight);
        var expected = new PlainNetwork([3, 4, 3, 1], activation).Gradient(loss, weights, Rows);

        var gradient = GradientOf(Shape, activation, loss, Rows);

        Assert.True(expected.Max(Math.Abs) > 0.05, "A gradient near zero would show nothing.");
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-6 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(40)]
    public void The_gradient_of_weighted_cross_entropy_equals_finite_differences(int classes)
    {
        var shape = new NetworkShape(3, [], classes);
        var rows = Rows with
        {
            Targets = [.. Enumerable.Range(0, 8).Select(row => (float)(row * 5 % classes))],
            Weights = [1, 2, 0.5f, 1, 1, 0.25f, 3, 1],
        };
        var weights = Array.ConvertAll(Sample.Numbers(shape.Parameters, seed: 1), weight => (double)weight);
        var expected = new PlainNetwork([3, classes], Activation.Relu).Gradient(LossKind.CrossEntropy, weights, rows);

        var gradient = GradientOf(shape, Activation.Relu, LossKind.CrossEntropy, rows);

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(ActivationValues))]
    public void Activations_are_right_to_six_digits(Activation activation, float x, double expected)
    {
        // One unit between weights of 1: the output is the activation.
        using var engine = new SimdEngine(new(1, [1], 1), new() { Activation = activation }, Sample.Spec(), [1, 0, 1, 0]);
        var outputs = new float[1];
        engine.Predict(new([x], [], null, 1, 1), outputs);

        Assert.Equal(expected, outputs[0], 1e-6 * Math.Abs(expected) + 1e-7 * Math.Min(1, Math.Abs(x)));
    }

    public static IEnumerable<object[]> ActivationValues =>
        from activation in Enum.GetValues<Activation>()
        from x in new[] { -200, -90, -20, -5.5f, -3, -1, -0.4f, -1e-3f, -1e-6f, 0, 1e-6f, 0.01f, 0.3f, 0.9f, 2, 4.7f, 20, 90, 200 }
        select new object[] { activation, x, activation switch
        {
            Activation.Relu => Math.Max(0, x),
            Activation.LeakyRelu => Math.Max(0.01 * x, x),
            Activation.Tanh => Math.Tanh(x),
            Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
            Activation.Silu => x / (1 + Math.Exp(-x)),
            Activation.Elu => x > 0 ? x : double.ExpM1(x),
            _ => x * 0.5 * (1 + Erf.Evaluate(x / Math.Sqrt(2))),
        } };

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_feature_that_is_not_finite_shows_in_the_loss_as_in_torch(float feature)
    {
        // Tanh and sigmoid map an infinite input to a finite output.
        foreach (var activation in Enum.GetValues<Activation>().Except([Activation.Tanh, Activation.Sigmoid]))
        {
            var weights = Sample.Numbers(Shape.Parameters, seed: 1);
            using var engine = new SimdEngine(Shape, new() { Activation = activation }, Sample.Spec(), weights);
            using var torch = new TorchEngine(Shape, new() { Activation = activation }, Sample.Spec(), weights);
            var rows = Rows with { Features = [feature, .. Rows.Features[1..]] };
            bool[] AreFinite(IEngine trained) =>
                [.. Enumerable.Range(0, 3).Select(_ => double.IsFinite(trained.TrainEpoch(rows, Sample.Indices(8), 0.002, default)))];

            Assert.Equal(AreFinite(torch), AreFinite(engine));
        }
    }

    /// <summary>The difference that one step of plain gradient descent at rate 1 makes.</summary>
    private static double[] GradientOf(NetworkShape shape, Activation activation, LossKind loss, EncodedRows rows)
    {
        var weights = Sample.Numbers(shape.Parameters, seed: 1);
        using var engine = new SimdEngine(
            shape, new() { Activation = activation }, Sample.Spec(loss: loss) with { Momentum = 0 }, weights);
        engine.TrainEpoch(rows, Sample.Indices(rows.Rows), learningRate: 1, default);
        return [.. weights.Zip(engine.Save().Weights, (before, after) => (double)before - after)];
    }
}

using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;

namespace Velodrome.Training.Tests.Engines;

/// <summary>The update rules, which both engines share, measured through one of them.</summary>
public class OptimizerTests
{
    /// <summary>
    /// Weight and bias after each of four steps from (1.5, -0.5), with rows (2 -> 1) and (-1 -> 3) as one batch, mean squared error, and
    /// rates 0.1, 0.1, 0.05, 0.05. Computed in Python's doubles from the formulas of Kingma and Ba (Adam: 0.9, 0.999, 1e-8; decay is
    /// added to the gradient), Loshchilov and Hutter (AdamW: weights shrink by rate x decay first), Tieleman and Hinton (RMSProp:
    /// 0.99, epsilon 1e-8 added to the root) and Polyak (momentum: v = mu v + g, w -= rate v).
    /// </summary>
    public static TheoryData<OptimizerKind, double?, double, double[]> OptimizerTables => new()
    {
        { OptimizerKind.Adam, null, 0,
            [1.4000000001, -0.4000000003, 1.3001664859, -0.3000860463, 1.2503949099, -0.2502025502, 1.2007548986, -0.2003861703] },
        { OptimizerKind.Adam, null, 0.1,
            [1.4000000001, -0.4000000003, 1.3001677409, -0.3000944091, 1.2503979382, -0.2502224160, 1.2007607348, -0.2004241353] },
        { OptimizerKind.AdamW, null, 0,
            [1.4000000001, -0.4000000003, 1.3001664859, -0.3000860463, 1.2503949099, -0.2502025502, 1.2007548986, -0.2003861703] },
        { OptimizerKind.AdamW, null, 0.1,
            [1.3850000001, -0.3950000003, 1.2713534662, -0.2911311804, 1.2152757850, -0.2397847391, 1.1596379326, -0.1887573738] },
        { OptimizerKind.RmsProp, null, 0,
            [0.5000000125, 0.4999999714, 0.0509867594, 1.0831721380, -0.0765422214, 1.2759787113, -0.1781621793, 1.4332869554] },
        { OptimizerKind.RmsProp, null, 0.1,
            [0.5000000123, 0.4999999718, 0.0531901426, 1.0699373509, -0.0724414576, 1.2546089489, -0.1720717694, 1.4043781395] },
        { OptimizerKind.Sgd, 0.0, 0, [0.7, -0.15, 0.265, 0.21, 0.13825, 0.37575, 0.0349, 0.5312625] },
        { OptimizerKind.Sgd, 0.0, 0.1, [0.685, -0.145, 0.25015, 0.21695, 0.12551425, 0.38166275, 0.0244249787, 0.5353124488] },
        { OptimizerKind.Sgd, 0.9, 0, [0.7, -0.15, -0.455, 0.525, -0.93725, 0.999, -1.2369125, 1.5725625] },
        { OptimizerKind.Sgd, 0.9, 0.1, [0.685, -0.145, -0.48335, 0.53645, -0.96267575, 1.01094275, -1.2491337463, 1.5799710238] },
    };

    [Theory]
    [MemberData(nameof(OptimizerTables))]
    public void Steps_follow_the_formulas_of_the_papers(OptimizerKind optimizer, double? momentum, double decay, double[] expected)
    {
        using var engine = Line(optimizer, [1.5f, -0.5f], momentum, decay);
        var steps = new List<float>();
        foreach (var rate in new[] { 0.1, 0.1, 0.05, 0.05 })
        {
            engine.TrainEpoch(new([2, -1], [1, 3], null, 2, 1), [0, 1], rate, default);
            steps.AddRange(engine.Save().Weights);
        }

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], steps[i], 2e-6);
        }
    }

    /// <summary>
    /// Weight and bias after each of three steps from (0, 0), with row (2 -> 5e-9) and rate 1e-9. The gradients are as small as epsilon,
    /// so the size and the place of epsilon show.
    /// </summary>
    public static TheoryData<OptimizerKind, double[]> EpsilonTables => new()
    {
        { OptimizerKind.Adam, AdamWithSmallGradients },
        { OptimizerKind.AdamW, AdamWithSmallGradients },
        { OptimizerKind.RmsProp, RmsPropWithSmallGradients },
    };

    private static double[] AdamWithSmallGradients =>
    [
        6.666666666666672e-10, 5.000000000000002e-10, 1.270313946007231e-09, 9.393360852454592e-10, 1.7858460596739542e-09,
        1.3037182055797944e-09,
    ];

    private static double[] RmsPropWithSmallGradients =>
    [
        1.6666666666666667e-09, 9.090909090909091e-10, 1.918920428118806e-09, 1.0467511422269394e-09, 1.9573790024878406e-09,
        1.0677312136599158e-09,
    ];

    [Theory]
    [MemberData(nameof(EpsilonTables))]
    public void Epsilon_is_1e_minus_8_and_is_added_to_the_root(OptimizerKind optimizer, double[] expected)
    {
        using var engine = Line(optimizer, [0, 0]);
        var steps = new List<float>();
        for (var step = 0; step < 3; step++)
        {
            engine.TrainEpoch(new([2], [5e-9f], null, 1, 1), [0], 1e-9, default);
            steps.AddRange(engine.Save().Weights);
        }

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(1, steps[i] / expected[i], 1e-4);
        }
    }

    /// <summary>A network of one weight and one bias.</summary>
    private static TorchEngine Line(OptimizerKind optimizer, float[] weights, double? momentum = null, double decay = 0) =>
        new(new(1, [], 1), new(), Sample.Spec(optimizer, batch: 2) with { Momentum = momentum, WeightDecay = decay }, weights);
}

using Velodrome.Training.Networks;

namespace Velodrome.Training.Tests.Networks;

public class SoftmaxTests
{
    // scipy.special.softmax and logsumexp of scipy 1.10.1.
    [Theory]
    [InlineData(new[] { 2f, 1, -1 }, new[] { 0.7053845126982412, 0.25949646034241913, 0.03511902695933973 }, 2.349012216768186)]
    [InlineData(new[] { 0.5f, 0.5f, 0.5f }, new[] { 1 / 3.0, 1 / 3.0, 1 / 3.0 }, 1.5986122886681098)]
    [InlineData(
        new[] { -3f, 4, 0.25f }, new[] { 0.0008901362678211694, 0.9761529468124492, 0.022956916919729557 }, 4.0241359970467885)]
    [InlineData( // exp(1000) overflows a double
        new[] { 1000f, 999, -1000 }, new[] { 0.7310585786300049, 0.2689414213699951, 0 }, 1000.3132616875182)]
    [InlineData(new[] { -1000f, -1001 }, new[] { 0.7310585786300049, 0.2689414213699951 }, -999.6867383124818)] // exp(-1000) is 0
    [InlineData(new[] { 3e38f, -3e38f }, new[] { 1.0, 0 }, 3e38)] // their difference overflows a float
    [InlineData(new[] { 1f, float.NegativeInfinity }, new[] { 1.0, 0 }, 1)]
    [InlineData(new[] { 7f }, new[] { 1.0 }, 7)]
    public void Probabilities_are_those_of_scipy_without_overflow(float[] scores, double[] probabilities, double logSum)
    {
        Assert.Equal(1, Softmax.LogSumOfExponentials(scores) / logSum, 1e-7);

        var row = scores.ToArray();
        Softmax.Apply(row, row.Length);

        Assert.All(probabilities.Zip(row), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
    }

    [Fact]
    public void Every_row_is_independent()
    {
        float[] alone = [0.5f, -1], withOthers = [0.5f, -1, 300, 2, float.NaN, 0, 4, 4];
        Softmax.Apply(alone, 2);

        Softmax.Apply(withOthers, 2);

        Assert.Equal([.. alone, 1, 0, float.NaN, float.NaN, 0.5f, 0.5f], withOthers);
    }

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void A_score_that_is_not_finite_makes_no_finite_probability(float first, float second)
    {
        float[] scores = [first, second];
        Assert.Equal(double.NaN, Softmax.LogSumOfExponentials(scores));

        Softmax.Apply(scores, 2);

        Assert.All(scores, probability => Assert.False(float.IsFinite(probability)));
    }

    [Fact]
    public void No_rows_have_no_probabilities() => Softmax.Apply([], 3);
}

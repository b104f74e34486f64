using Velodrome.Training.Engines;

namespace Velodrome.Training.Tests.Engines;

public class DropoutMaskTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_mask_switches_off_the_given_share_of_units_and_scales_up_the_others(double rate)
    {
        var factors = Factors(rate: rate, length: 100_000);

        var deviation = Math.Sqrt(rate * (1 - rate) / factors.Length);
        Assert.Equal(rate, factors.Count(factor => factor == 0) / (double)factors.Length, 4 * deviation);
        Assert.Equal([0, (float)(1 / (1 - rate))], factors.Distinct().Order());
    }

    [Fact]
    public void A_mask_is_a_function_of_seed_step_and_layer()
    {
        Assert.Equal(Factors(seed: 1, step: 7, layer: 3), Factors(seed: 1, step: 7, layer: 3));

        // Masks are independent of each other: at rate 0.5, any two differ in half of their positions.
        var masks = (
            from seed in new[] { 0, 1 }
            from step in new[] { 0, 1, 2 }
            from layer in new[] { 0, 1, 15 }
            select Factors(seed: seed, step: step, layer: layer)).ToList();
        for (var i = 0; i < masks.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.Equal(0.5, masks[i].Zip(masks[j], (one, other) => one != other ? 1.0 : 0).Average(), 0.05);
            }
        }
    }

    [Fact]
    public void A_position_has_the_same_factor_alone_as_in_the_whole_mask()
    {
        var mask = new DropoutMask(rate: 0.3, seed: 5, step: 2, layer: 1);
        var factors = new float[1000];
        mask.Fill(factors);

        Assert.Equal(factors, Enumerable.Range(0, 1000).Select(position => mask.At((ulong)position)));
    }

    private static float[] Factors(double rate = 0.5, long seed = 0, long step = 0, int layer = 0, int length = 10_000)
    {
        var factors = new float[length];
        new DropoutMask(rate, seed, step, layer).Fill(factors);
        return factors;
    }
}

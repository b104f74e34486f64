using Velodrome.Training.Engines;
using Velodrome.Training.Engines.Simd;
using Velodrome.Training.Engines.Simd.Layers;
using Velodrome.Training.Engines.Simd.Matrices;
using Velodrome.Training.Engines.Simd.Threads;
using Velodrome.Training.Engines.Simd.Vectors;

namespace Velodrome.Training.Tests.Engines;

public class DropoutMaskTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Leaves_out_the_share_asked_for_and_scales_up_what_stays(double rate)
    {
        var mask = Mask(rate: rate, length: 100_000);

        var deviation = Math.Sqrt(rate * (1 - rate) / mask.Length);
        Assert.Equal(rate, mask.Count(value => value == 0) / (double)mask.Length, 4 * deviation);
        Assert.Equal([0, (float)(1 / (1 - rate))], mask.Distinct().Order());
    }

    [Fact]
    public void Is_a_function_of_seed_step_and_layer()
    {
        Assert.Equal(Mask(seed: 1, step: 7, layer: 3), Mask(seed: 1, step: 7, layer: 3));

        // Every pair is independent: half of the places differ at rate 0.5.
        var masks = (from seed in new[] { 0, 1 } from step in new[] { 0, 1, 2 } from layer in new[] { 0, 1, 15 } select Mask(seed: seed, step: step, layer: layer)).ToList();
        for (var i = 0; i < masks.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.Equal(0.5, masks[i].Zip(masks[j], (one, other) => one != other ? 1.0 : 0).Average(), 0.05);
            }
        }
    }

    private static float[] Mask(double rate = 0.5, long seed = 0, long step = 0, int layer = 0, int length = 10_000)
    {
        var mask = new float[length];
        DropoutMask.Fill(mask, rate, seed, step, layer);
        return mask;
    }
}

namespace Velodrome.Bench.Engines;

/// <summary>Both engines over sizes: what <c>SimdEngine.IsFasterFor</c> goes by.</summary>
internal static class Sizes
{
    private static readonly int[] Batches = [8, 64, 512, 4096];
    private static readonly (int Inputs, int[] Hidden)[] Networks = [(4, [8]), (20, [64, 32]), (50, [256, 256]), (100, [512, 512]), (200, [1024, 1024]), (200, [2048, 2048])];

    /// <summary>Per network: its parameters, and per batch how many times as long as simd torch takes.</summary>
    public static IEnumerable<(string Network, int Parameters, double[] Ratios)> Measure(int rounds) =>
        Networks.Select(network => ($"{network.Inputs} inputs, {string.Join('-', network.Hidden)}",
            new Case("", 1, network.Inputs, network.Hidden, 1).Shape.Parameters,
            Batches.Select(batch => Ratio(network.Inputs, network.Hidden, batch, rounds)).ToArray()));

    public static string Heading => string.Join(" | ", Batches.Select(batch => $"batch {batch}"));

    private static double Ratio(int inputs, int[] hidden, int batch, int rounds)
    {
        // At least two batches, and about 50 ms for simd at 50 GFLOP/s.
        var one = new Case("", batch, inputs, hidden, batch);
        var of = one with { Rows = batch * (int)Math.Clamp(2.5e9 / one.Operations, 2, 200) };
        using var simd = EngineContender.Simd(of, 1);
        using var torch = EngineContender.Torch(of);
        simd.Train(1);
        torch.Train(1);
        return Enumerable.Range(0, rounds).Select(_ => torch.Train(1).Processor / simd.Train(1).Processor).Median();
    }
}

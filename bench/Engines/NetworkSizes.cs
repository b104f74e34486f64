namespace Velodrome.Bench.Engines;

/// <summary>Compares both engines over network and batch sizes: the source of the table in <c>SimdEngine.IsFasterFor</c>.</summary>
internal static class NetworkSizes
{
    private static readonly int[] Batches = [8, 64, 512, 4096];

    private static readonly (int Inputs, int[] Hidden)[] Networks =
        [(4, [8]), (20, [64, 32]), (50, [256, 256]), (100, [512, 512]), (200, [1024, 1024]), (200, [2048, 2048])];

    public static IEnumerable<string> Heading => ["network", "parameters", .. Batches.Select(batch => $"batch {batch}")];

    /// <summary>Returns for each network its parameters and, for each batch size, the time of the engine torch relative to simd.</summary>
    public static IEnumerable<string[]> Measure(int rounds) => Networks.Select(network => (string[])
    [
        $"{network.Inputs} inputs, {string.Join('-', network.Hidden)}",
        $"{new Workload("", 1, network.Inputs, network.Hidden, 1).Shape.Parameters:N0}",
        .. Batches.Select(batch => $"{Ratio(network.Inputs, network.Hidden, batch, rounds):F2}"),
    ]);

    private static double Ratio(int inputs, int[] hidden, int batch, int rounds)
    {
        // At least two batches, and about 50 ms for simd at 50 GFLOP/s.
        var oneBatch = new Workload("", batch, inputs, hidden, batch);
        var workload = oneBatch with { Rows = batch * (int)Math.Clamp(2.5e9 / oneBatch.Operations, 2, 200) };
        using var simd = EngineTrainer.Simd(workload, 1);
        using var torch = EngineTrainer.Torch(workload);
        simd.Train(1);
        torch.Train(1);
        return Enumerable.Range(0, rounds).Select(_ => torch.Train(1).Processor / simd.Train(1).Processor).Median();
    }
}

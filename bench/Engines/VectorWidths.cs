namespace Velodrome.Bench.Engines;

/// <summary>Compares vectors of different widths in the engine simd with the width that it chooses.</summary>
internal static class VectorWidths
{
    /// <summary>Floating-point operations of one measurement, which then takes about 30 ms.</summary>
    private const double TurnOperations = 1e9;

    private static readonly int[] Lanes = [8, 16, 32];

    private static readonly Workload[] Workloads =
    [
        new("", 8, 1, [16, 8], 32), new("", 200, 4, [16, 8], 32), new("", 200, 4, [16, 16], 32), new("", 200, 10, [16], 32),
        new("", 200, 10, [32, 16], 32), new("", 1_000, 10, [12, 6], 64), new("", 1_000, 10, [24, 24], 64),
        new("", 1_000, 10, [32, 32], 64), new("", 500, 10, [64, 32], 32), new("", 500, 10, [64, 64], 32),
        new("", 1_000, 4, [64, 32, 16], 32), new("", 1_000, 10, [64, 16], 64), new("", 1_000, 10, [64, 8], 64),
        new("", 1_000, 10, [96, 48], 64), new("", 1_000, 10, [100, 50], 64), new("", 2_000, 20, [128, 64], 256),
        new("", 4_000, 100, [512, 512], 1_024),
    ];

    /// <summary>Makes a table of training times relative to the width that the engine chooses.</summary>
    public static string Measure(int rounds) => Report.Table(
        ["network", .. Lanes.Select(lanes => $"{lanes} lanes")], Workloads.Select(workload => MeasureRow(workload, rounds)));

    private static string[] MeasureRow(Workload workload, int rounds)
    {
        using var chosen = EngineTrainer.Simd(workload, 1);
        EngineTrainer[] others = [.. Lanes.Select(lanes => EngineTrainer.Simd(workload, 1, lanes))];
        var epochs = (int)Math.Max(1, TurnOperations / workload.Operations);
        var ratios = Array.ConvertAll(others, _ => new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var time = chosen.Train(epochs).Processor;
            for (var i = 0; i < others.Length; i++)
            {
                ratios[i].Add(others[i].Train(epochs).Processor / time);
            }
        }

        Array.ForEach(others, trainer => trainer.Dispose());
        var name = $"{workload.Rows:N0} x {workload.Features}, {string.Join('-', workload.Hidden)}, batch {workload.Batch}";
        return [name, .. ratios.Select(ofWidth => $"{ofWidth.Skip(1).Median():F2}")]; // The first round compiles the code.
    }
}

namespace Velodrome.Bench.Engines;

/// <summary>How many units are computed side by side: what <c>SimdEngine</c> chooses by itself beside what it could have chosen.</summary>
internal static class Widths
{
    private const double SliceOperations = 1e9; // some 30 ms

    private static readonly int[] Lanes = [8, 16, 32];

    private static readonly Case[] Cases =
    [
        new("", 8, 1, [16, 8], 32), new("", 200, 4, [16, 8], 32), new("", 200, 4, [16, 16], 32), new("", 200, 10, [16], 32), new("", 200, 10, [32, 16], 32),
        new("", 1_000, 10, [12, 6], 64), new("", 1_000, 10, [24, 24], 64), new("", 1_000, 10, [32, 32], 64), new("", 500, 10, [64, 32], 32),
        new("", 500, 10, [64, 64], 32), new("", 1_000, 4, [64, 32, 16], 32), new("", 1_000, 10, [64, 16], 64), new("", 1_000, 10, [64, 8], 64),
        new("", 1_000, 10, [96, 48], 64), new("", 1_000, 10, [100, 50], 64), new("", 2_000, 20, [128, 64], 256), new("", 4_000, 100, [512, 512], 1_024),
    ];

    /// <summary>A table: times as long as what the engine chooses.</summary>
    public static string Measure(int rounds) => Report.Table(["network", .. Lanes.Select(lanes => $"{lanes} side by side")], Cases.Select(of =>
    {
        var chosen = EngineContender.Simd(of, 1);
        EngineContender[] others = [.. Lanes.Select(lanes => EngineContender.Simd(of, 1, lanes))];
        var (epochs, ratios) = ((int)Math.Max(1, SliceOperations / of.Operations), Array.ConvertAll(others, _ => new List<double>()));
        for (var round = 0; round <= rounds; round++)
        {
            var least = chosen.Train(epochs).Processor;
            for (var i = 0; i < others.Length; i++)
            {
                ratios[i].Add(others[i].Train(epochs).Processor / least);
            }
        }

        Array.ForEach([chosen, .. others], contender => contender.Dispose());
        return (string[])[$"{of.Rows:N0} x {of.Features}, {string.Join('-', of.Hidden)}, batch {of.Batch}", .. ratios.Select(found => $"{found.Skip(1).Median():F2}")];
    }));
}

using Velodrome.Training.Encoding;
using Velodrome.Training.Networks;

namespace Velodrome.Bench.Engines;

/// <summary>
/// A training to measure: rows and features of standard normal numbers, relu, mean squared error, adam at rate 0.001. An epoch shuffles
/// the rows, trains on each, and predicts a fifth as many.
/// </summary>
internal sealed record Workload(string Name, int Rows, int Features, int[] Hidden, int Batch)
{
    public static Workload[] All { get; } =
    [
        new("tiny", 8, 1, [16, 8], 32),
        new("small", 500, 10, [64, 32], 32),
        new("mid", 20_000, 20, [128, 64], 256),
        new("big", 50_000, 100, [512, 512], 1024),
    ];

    public NetworkShape Shape => new(Features, Hidden, 1);

    /// <summary>Steps of an epoch.</summary>
    public int Steps => (Rows + Batch - 1) / Batch;

    public int ValidationRows => Math.Max(1, Rows / 5);

    /// <summary>
    /// Floating-point operations that an epoch cannot do without: the forward pass and the weights' gradients of every layer, the backward
    /// pass of every layer but the first, and the forward pass of the validation rows.
    /// </summary>
    public double Operations => Shape.Layers.Select((layer, i) =>
        2.0 * layer.Inputs * layer.Outputs * ((i == 0 ? 2 : 3) * (double)Rows + ValidationRows)).Sum();

    public EncodedRows Data(int rows, int seed)
    {
        var random = new Random(seed);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        float[] Normals(int count) => [.. Enumerable.Range(0, count).Select(_ => Normal())];
        return new(Normals(rows * Features), Normals(rows), null, rows, Features);
    }

    public override string ToString() => $"{Name} {Rows}x{Features}, {string.Join('-', Hidden)}, batch {Batch}";
}

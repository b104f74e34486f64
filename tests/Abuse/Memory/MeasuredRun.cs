using System.Globalization;
using System.Text;

namespace Velodrome.Abuse.Memory;

/// <summary>A run whose memory is measured.</summary>
/// <param name="Name">Describes the network and its table.</param>
/// <param name="Engine">The engine that trains it.</param>
/// <param name="Table">Its table, as CSV.</param>
/// <param name="Request">The members of the request that differ between runs, without braces.</param>
internal sealed record MeasuredRun(string Name, string Engine, Func<string> Table, string Request)
{
    private const int Seed = 1;

    /// <summary>Tiny runs: nearly all of their memory is that of the program and the engine's library.</summary>
    public static IReadOnlyList<MeasuredRun> Baselines { get; } = [.. new[] { "simd", "torch" }.Select(engine =>
        new MeasuredRun("tiny", engine, () => Numbers(20, 1), """ "network": { "hidden": [4] }, "training": { "epochs": 1 } """))];

    public static IReadOnlyList<MeasuredRun> All { get; } =
    [
        .. Both("wide: [2500, 2500], adam", () => Numbers(20, 1),
            """ "network": { "hidden": [2500, 2500] }, "training": { "epochs": 2, "optimizer": "adam" } """),
        .. Both("wide: [2500, 2500], sgd without momentum", () => Numbers(20, 1),
            """ "network": { "hidden": [2500, 2500] }, "training": { "epochs": 2, "optimizer": "sgd", "momentum": 0 } """),
        .. Both("deep: 16 x 512, rmsProp", () => Numbers(100, 4),
            $$""" "network": { "hidden": [{{Layers(16, 512)}}] }, "training": { "epochs": 2, "optimizer": "rmsProp" } """),
        .. Both("1,000,000 rows x 8 columns, [16]", () => Numbers(1_000_000, 8),
            """ "network": { "hidden": [16] }, "training": { "epochs": 1, "batchSize": 4096 } """),
        .. Both("100 columns of 50 categories: 5,000 inputs, [1024]", () => Categories(3_000, 100, 50),
            """ "network": { "hidden": [1024] }, "training": { "epochs": 1 } """),
        .. Both("100 classes, 100,000 rows, [32]", () => Classes(100_000, 5, 100),
            """ "network": { "hidden": [32] }, "training": { "epochs": 1, "batchSize": 4096 } """),
        .. Both("full batch of 65,536 rows, [256, 256]", () => Numbers(100_000, 10),
            """ "network": { "hidden": [256, 256] }, "training": { "epochs": 1, "batchSize": 65536 } """),
        .. Both("category of 10,000 levels x [4096], sgd", () => Categories(200_000, 1, 10_000),
            """ "network": { "hidden": [4096] }, "training": { "epochs": 1, "optimizer": "sgd", "batchSize": 512 } """),
    ];

    public string Json => $$"""
        { "dataset": "table", "target": "y", "validation": { "split": "random", "fraction": 0.2 }, "engine": "{{Engine}}", {{Request}} }
        """;

    private static IEnumerable<MeasuredRun> Both(string name, Func<string> table, string request) =>
        [new(name, "simd", table, request), new(name, "torch", table, request)];

    private static string Layers(int count, int units) => string.Join(", ", Enumerable.Repeat(units, count));

    private static string Numbers(int rows, int columns) => CsvOf(rows, columns,
        random => (random.Next(20_000) / 1000.0).ToString(CultureInfo.InvariantCulture), random => $"{random.Next(100_000) / 100.0}");

    private static string Categories(int rows, int columns, int levels) =>
        CsvOf(rows, columns, random => $"l{random.Next(levels)}", random => $"{random.Next(1000) / 10.0}");

    private static string Classes(int rows, int columns, int classes) =>
        CsvOf(rows, columns, random => $"{random.Next(1000)}", random => $"class{random.Next(classes)}");

    private static string CsvOf(int rows, int columns, Func<Random, string> cell, Func<Random, string> target)
    {
        var random = new Random(Seed);
        var csv = new StringBuilder(string.Concat(Enumerable.Range(0, columns).Select(column => $"x{column},")) + "y\n");
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                csv.Append(cell(random)).Append(',');
            }

            csv.Append(target(random)).Append('\n');
        }

        return csv.ToString();
    }
}

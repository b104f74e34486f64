using System.Diagnostics;
using System.Globalization;
using Velodrome.Training.Checks;
using Velodrome.Training.Comparison;
using Velodrome.Training.Engines;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Bench;

/// <summary>What it costs to be told the truth: checks, metrics and baselines, verdict, and the bootstrap, beside the training itself.</summary>
internal static class Honesty
{
    /// <summary>Medians over the rounds, in milliseconds; the share is of each round's training.</summary>
    private sealed record Cost(EngineKind Engine, double Training, double Checks, double MetricsAndVerdict, double Bootstrap, double Share);

    /// <param name="file">A CSV with a header, no quotes and no missing cells.</param>
    /// <param name="target">The column to predict; it holds numbers.</param>
    /// <param name="rounds">How often.</param>
    public static string Measure(string file, string target, int rounds) =>
        Report.Table(["engine", "training, ms", "checks", "metrics, baselines, verdict", "bootstrap", "together, of training"], Costs(file, target, rounds).Select(cost => (string[])
            [$"{cost.Engine}", Report.Number(cost.Training), Report.Number(cost.Checks), Report.Number(cost.MetricsAndVerdict), Report.Number(cost.Bootstrap), $"{cost.Share:P1}"]));

    private static IReadOnlyList<Cost> Costs(string file, string target, int rounds)
    {
        var table = new RunTables(Read(file), null, null);
        return [.. new[] { EngineKind.Torch, EngineKind.Simd }.Select(engine =>
        {
            var request = new RunRequest
            {
                Dataset = file,
                Target = target,
                Validation = new SplitOptions { Split = SplitKind.Random, Fraction = 0.2 },
                Training = new() { Epochs = 60 },
                Engine = engine,
            };
            Once(table, request with { Training = new() { Epochs = 1 } }); // compiles
            var all = Enumerable.Range(0, rounds).Select(_ => Once(table, request)).ToArray();
            return new Cost(engine, all.Select(one => one.Training).Median(), all.Select(one => one.Checks).Median(),
                all.Select(one => one.MetricsAndVerdict).Median(), all.Select(one => one.Bootstrap).Median(), all.Select(one => one.Share).Median());
        })];
    }

    private static Cost Once(RunTables table, RunRequest request)
    {
        var plan = RunPlan.Resolve(request, table);
        var clock = Stopwatch.StartNew();
        RunChecks.Find(plan);
        var checks = clock.Elapsed.TotalMilliseconds;

        var training = 0.0;
        clock.Restart();
        var run = plan.Train(null, (_, _) => training = clock.Elapsed.TotalMilliseconds, default);
        var metrics = clock.Elapsed.TotalMilliseconds - training;

        clock.Restart();
        var losses = ComparableLosses.PerRow(plan, run.Model!, plan.Spec.Training.Loss);
        PairedBootstrap.Compare(losses, [.. losses.Select((loss, row) => loss * (1 + row % 7 / 10.0))], seed: 0);
        var bootstrap = clock.Elapsed.TotalMilliseconds;
        return new(request.Engine, training, checks, metrics, bootstrap, (checks + metrics + bootstrap) / training);
    }

    /// <summary>Plain cells between commas.</summary>
    private static Table Read(string file)
    {
        var lines = File.ReadAllLines(file).Select(line => line.Split(',')).ToArray();
        return new([.. lines[0].Select((name, at) => (name, Cells: lines.Skip(1).Select(line => line[at]).ToArray())).Select(column =>
            double.TryParse(column.Cells[0], CultureInfo.InvariantCulture, out _)
                ? (Column)new NumberColumn(column.name, Array.ConvertAll(column.Cells, cell => double.Parse(cell, CultureInfo.InvariantCulture)))
                : CategoryColumn.FromTexts(column.name, column.Cells))]);
    }
}

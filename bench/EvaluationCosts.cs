using System.Diagnostics;
using System.Globalization;
using Velodrome.Training.Checks;
using Velodrome.Training.Comparison;
using Velodrome.Training.Engines;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Bench;

/// <summary>Measures the cost of checks, metrics, baselines, verdict and bootstrap relative to the training itself.</summary>
internal static class EvaluationCosts
{
    /// <summary>Medians over the rounds, in milliseconds. The share is that of all costs in each round's training.</summary>
    private sealed record Cost(EngineKind Engine, double Training, double Checks, double MetricsAndVerdict, double Bootstrap, double Share);

    /// <param name="file">A CSV with a header, without quotes and missing cells.</param>
    /// <param name="target">The column to predict; it holds numbers.</param>
    /// <param name="rounds">Number of repetitions.</param>
    public static string Measure(string file, string target, int rounds) => Report.Table(
        ["engine", "training, ms", "checks, ms", "metrics, baselines, verdict, ms", "bootstrap, ms", "all costs / training"],
        MeasureCosts(file, target, rounds).Select(cost => (string[])
        [
            $"{cost.Engine}", Report.Number(cost.Training), Report.Number(cost.Checks), Report.Number(cost.MetricsAndVerdict),
            Report.Number(cost.Bootstrap), $"{cost.Share:P1}",
        ]));

    private static IReadOnlyList<Cost> MeasureCosts(string file, string target, int rounds)
    {
        var tables = new RunTables(Read(file), null, null);
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
            MeasureOnce(tables, request with { Training = new() { Epochs = 1 } }); // The first run compiles the code.
            var costs = Enumerable.Range(0, rounds).Select(_ => MeasureOnce(tables, request)).ToArray();
            return new Cost(engine, costs.Select(cost => cost.Training).Median(), costs.Select(cost => cost.Checks).Median(),
                costs.Select(cost => cost.MetricsAndVerdict).Median(), costs.Select(cost => cost.Bootstrap).Median(),
                costs.Select(cost => cost.Share).Median());
        })];
    }

    private static Cost MeasureOnce(RunTables tables, RunRequest request)
    {
        var plan = RunPlan.Resolve(request, tables);
        var stopwatch = Stopwatch.StartNew();
        RunChecks.Find(plan);
        var checks = stopwatch.Elapsed.TotalMilliseconds;

        var training = 0.0;
        stopwatch.Restart();
        var run = plan.Train(null, (_, _) => training = stopwatch.Elapsed.TotalMilliseconds, default);
        var metrics = stopwatch.Elapsed.TotalMilliseconds - training;

        stopwatch.Restart();
        var losses = ComparableLosses.PerRow(plan, run.Model!, plan.Spec.Training.Loss);
        PairedBootstrap.Compare(losses, [.. losses.Select((loss, row) => loss * (1 + row % 7 / 10.0))], seed: 0);
        var bootstrap = stopwatch.Elapsed.TotalMilliseconds;
        return new(request.Engine, training, checks, metrics, bootstrap, (checks + metrics + bootstrap) / training);
    }

    private static Table Read(string file)
    {
        var lines = File.ReadAllLines(file).Select(line => line.Split(',')).ToArray();
        return new([.. lines[0].Select((name, index) => ReadColumn(name, [.. lines.Skip(1).Select(line => line[index])]))]);
    }

    private static Column ReadColumn(string name, string[] cells) => double.TryParse(cells[0], CultureInfo.InvariantCulture, out _)
        ? new NumberColumn(name, Array.ConvertAll(cells, cell => double.Parse(cell, CultureInfo.InvariantCulture)))
        : CategoryColumn.FromTexts(name, cells);
}

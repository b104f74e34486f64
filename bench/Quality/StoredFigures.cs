using System.Globalization;
using System.Text.Json;
using Velodrome.Training.Runs;
using Figures = System.Collections.Generic.SortedDictionary<string, double>;

namespace Velodrome.Bench.Quality;

/// <summary>
/// Figures of the project's own tables in a JSON file, so that no change to the quality of the default training goes unnoticed. A training
/// has the same bits every time, but bits differ between processors with and without AVX-512.
/// </summary>
internal static class StoredFigures
{
    private const int Splits = 3;
    private const double RelativeTolerance = 0.02;
    private const double AbsoluteTolerance = 0.002;

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    /// <summary>Trains, and writes each figure that differs from the file's.</summary>
    /// <returns>1 if there are any, else 0.</returns>
    public static int Check(string file, RunRequest request)
    {
        var stored = JsonSerializer.Deserialize<Figures>(File.ReadAllText(file))
            ?? throw new JsonException($"{file} has no figures.");
        var measured = Measure(request);
        string[] changes = [.. stored.Keys.Union(measured.Keys).Order(StringComparer.Ordinal)
            .Select(name => DescribeChange(name, Find(stored, name), Find(measured, name)))
            .OfType<string>()];
        if (changes.Length == 0)
        {
            Console.WriteLine($"The default training is as good as {file} says ({measured.Count} figures).");
            return 0;
        }

        Console.Error.WriteLine($"""
            The default training is better or worse than {file} says. Lower figures are better.
            {string.Join('\n', changes)}
            These tables are small: whether the default is better shows only on many tables (quality --tables FOLDER). If the change is
            meant, store the new figures, and commit the file with the change:
              dotnet run -c Release --project bench -- quality --store {file}
            """);
        return 1;
    }

    /// <summary>Trains, and writes the figures to the file.</summary>
    /// <returns>0.</returns>
    public static int Write(string file, RunRequest request)
    {
        var measured = Measure(request);
        File.WriteAllText(file, JsonSerializer.Serialize(measured, Options) + "\n");
        Console.WriteLine($"Wrote {measured.Count} figures to {file}.");
        return 0;
    }

    private static Figures Measure(RunRequest request)
    {
        using var learner = new VelodromeLearner(request);
        var figures = new Figures(StringComparer.Ordinal);
        foreach (var table in Trial.RunAll(TableSource.Own, [learner], Splits, static _ => { }).GroupBy(trial => trial.Table))
        {
            var mean = Score.Mean([.. table.Select(trial =>
                trial.Score ?? throw new InvalidDataException($"{trial.Table}: {trial.Failure}"))]);
            figures[$"{table.Key}, error"] = Math.Round(mean.Error, 5);
            if (mean.LogLoss is { } logLoss)
            {
                figures[$"{table.Key}, log loss"] = Math.Round(logLoss, 5);
            }
        }

        return figures;
    }

    private static double? Find(Figures figures, string name) => figures.TryGetValue(name, out var figure) ? figure : null;

    /// <returns>Null if the figure is the same, within the tolerance.</returns>
    private static string? DescribeChange(string name, double? stored, double? measured)
    {
        var allowed = RelativeTolerance * stored + AbsoluteTolerance;
        return Math.Abs(measured - stored ?? double.PositiveInfinity) <= allowed ? null
            : $"  {name}: stored {Text(stored)}, measured {Text(measured)}; the difference may be {Text(allowed)}";
    }

    private static string Text(double? figure) => figure?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "nothing";
}

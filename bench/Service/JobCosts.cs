using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Velodrome.Training.Engines;
using Velodrome.Training.Fitting;
using Velodrome.Training.Networks;
using Velodrome.Training.Runs;
using Velodrome.Training.Splits;
using Velodrome.Training.Tables;

namespace Velodrome.Bench.Service;

/// <summary>Measures a run's cost apart from training: the same request over HTTP, with history and model stored, and in memory.</summary>
internal static class JobCosts
{
    /// <summary>Medians over the rounds.</summary>
    /// <param name="Name">The run.</param>
    /// <param name="Http">Milliseconds from POST to the end of the run.</param>
    /// <param name="Memory">Milliseconds of the same training in memory.</param>
    /// <param name="HttpRatio">Http relative to Memory.</param>
    /// <param name="WorkerRatio">The worker's part of Http, from the run's start to its end, relative to Memory.</param>
    public sealed record Cost(string Name, double Http, double Memory, double HttpRatio, double WorkerRatio);

    private static readonly Table StudyHours = new(
        [new NumberColumn("hours", [1, 2, 3, 4, 5, 6, 7, 8]), new NumberColumn("score", [45, 55, 62, 71, 80, 85, 91, 97])]);

    /// <summary>Milliseconds of the first runs after a start, one after the other, while the code is compiled.</summary>
    public static async Task<IReadOnlyList<double>> MeasureFirstRuns()
    {
        using var service = await ServiceProcess.Start();
        await Upload(service, "small", Random(500, 10));
        var times = new List<double>();
        for (var run = 0; run < 4; run++)
        {
            var stopwatch = Stopwatch.StartNew();
            await service.Train(Json(Small));
            times.Add(stopwatch.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    public static async Task<IReadOnlyList<Cost>> Measure(ServiceProcess service, int rounds)
    {
        var small = Random(500, 10);
        await Upload(service, "small", small);
        Task<Cost> Lesson(int epochs, EngineKind engine, int roundsOfLesson) => Measure(
            service, $"lesson, {epochs:N0} epochs, {engine.ToString().ToLowerInvariant()}", StudyHours,
            Request("study-hours", "score", [16, 8], epochs, engine), roundsOfLesson);

        return
        [
            await Lesson(50, EngineKind.Torch, 5 * rounds),
            await Lesson(50, EngineKind.Simd, 5 * rounds),
            await Lesson(5_000, EngineKind.Torch, rounds),
            await Lesson(20_000, EngineKind.Simd, rounds),
            await Measure(service, "small, 1,000 epochs, simd", small, Small, 3 * rounds),
        ];
    }

    private static RunRequest Small => Request("small", "y", [64, 32], 1_000, EngineKind.Simd);

    private static async Task<Cost> Measure(ServiceProcess service, string name, Table table, RunRequest request, int rounds)
    {
        var (http, worker, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < rounds; round++)
        {
            var stopwatch = Stopwatch.StartNew();
            var plan = RunPlan.Resolve(request, new RunTables(table, null, null));
            plan.Train(null, (_, _) => { }, default);
            var inMemory = stopwatch.Elapsed.TotalMilliseconds;
            stopwatch.Restart();
            var run = await service.Train(Json(request));
            if (round >= 0) // The first round compiles the code.
            {
                http.Add(stopwatch.Elapsed.TotalMilliseconds);
                worker.Add(((DateTimeOffset)run["finishedAt"]! - (DateTimeOffset)run["startedAt"]!).TotalMilliseconds);
                memory.Add(inMemory);
            }
        }

        double RelativeToMemory(List<double> times) => times.Zip(memory, (time, inMemory) => time / inMemory).Median();
        return new(name, http.Median(), memory.Median(), RelativeToMemory(http), RelativeToMemory(worker));
    }

    private static RunRequest Request(string dataset, string target, int[] hidden, int epochs, EngineKind engine) => new()
    {
        Dataset = dataset,
        Target = target,
        Validation = new SplitOptions { Split = SplitKind.Random, Fraction = 0.2 },
        Network = new NetworkOptions { Hidden = hidden },
        Training = new TrainingOptions { Epochs = epochs, BatchSize = 32 },
        EarlyStopping = null,
        Engine = engine,
    };

    private static JsonObject Json(RunRequest request) => new()
    {
        ["dataset"] = request.Dataset,
        ["target"] = request.Target,
        ["validation"] = new JsonObject { ["split"] = "random", ["fraction"] = 0.2 },
        ["network"] = new JsonObject { ["hidden"] = new JsonArray([.. request.Network.Hidden.Select(units => (JsonNode)units)]) },
        ["training"] = new JsonObject { ["epochs"] = request.Training.Epochs, ["batchSize"] = request.Training.BatchSize },
        ["earlyStopping"] = null,
        ["engine"] = request.Engine == EngineKind.Simd ? "simd" : "torch",
    };

    private static Table Random(int rows, int features)
    {
        var random = new Random(1);
        double[] Numbers() => [.. Enumerable.Range(0, rows).Select(_ => Math.Round(random.NextDouble(), 6))];
        return new([.. Enumerable.Range(0, features + 1).Select(column =>
            new NumberColumn(column < features ? $"x{column}" : "y", Numbers()))]);
    }

    private static async Task Upload(ServiceProcess service, string name, Table table)
    {
        var csv = new StringBuilder().AppendJoin(',', table.Columns.Select(column => column.Name)).AppendLine();
        for (var row = 0; row < table.Rows; row++)
        {
            var cells = table.Columns.Select(column => ((NumberColumn)column).Values[row].ToString(CultureInfo.InvariantCulture));
            csv.AppendJoin(',', cells).AppendLine();
        }

        using var body = new StringContent(csv.ToString(), new MediaTypeHeaderValue("text/csv"));
        using var response = await service.Http.PostAsync($"/api/v1/datasets?name={name}", body);
        response.EnsureSuccessStatusCode();
    }
}

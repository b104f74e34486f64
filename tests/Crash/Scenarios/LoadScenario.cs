using System.Diagnostics;
using System.Globalization;
using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;

namespace Velodrome.Crash.Scenarios;

/// <summary>Several clients post many small runs while another client lists the runs. No process is killed.</summary>
public static class LoadScenario
{
    private static readonly TimeSpan ListInterval = TimeSpan.FromMilliseconds(20);

    public static async Task<Report> Run(CrashOptions options, int runs, int clients, CancellationToken cancellationToken = default)
    {
        using var workspace = new Workspace(options);
        var goldenRuns = await GoldenRuns.TrainAll(options.Service, [RunKinds.Lesson], workspace.Folder);
        using var cluster = workspace.NewCluster();
        await cluster.Start();
        var http = cluster.ApiNode.Http!;
        var checker = new Checker(goldenRuns, RunKind.KindOf);
        var stopwatch = Stopwatch.StartNew();
        var posting = Task.WhenAll(Enumerable.Range(1, runs)
            .GroupBy(number => number % clients)
            .Select(numbers => Task.Run(() => Post(http, checker, numbers), cancellationToken)));

        var listTimes = new List<TimeSpan>();
        for (var left = runs; left > 0; left = posting.IsCompleted ? cluster.Database.ActiveRuns().Count : runs)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = (await http.GetAsync("/api/v1/runs", cancellationToken)).EnsureSuccessStatusCode();
            listTimes.Add(Stopwatch.GetElapsedTime(start));
            if (listTimes.Count % 100 == 0)
            {
                options.Progress($"{checker.AcceptedRuns} accepted, {left} left, {Report.Format(stopwatch.Elapsed)}");
            }

            await Task.Delay(ListInterval, cancellationToken);
        }

        await posting;
        var time = stopwatch.Elapsed;
        var rows = cluster.Database.AllRuns();
        await new Watcher(cluster, checker, new()).CheckAllHistories(rows);
        checker.CheckFinalRows(rows);
        foreach (var row in rows.Where(row => row.Token != 1))
        {
            checker.AddFinding(FindingKind.Duplicated, $"claimed {row.Token} times", row.Id);
        }

        await IntegrityCheck.Run(cluster, checker);
        return workspace.Finish(
        [
            ("runs accepted", Report.Format(checker.AcceptedRuns)),
            ("GET /runs, calls", Report.Format(listTimes.Count)),
            ("GET /runs, median", Milliseconds(listTimes, 0.5)),
            ("GET /runs, 99th percentile", Milliseconds(listTimes, 0.99)),
            ("time", Report.Format(time)),
        ], checker.Findings);
    }

    private static async Task Post(HttpClient http, Checker checker, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            var name = RunKinds.Lesson.RunName(number);
            checker.RecordAccepted(await http.PostRun(RunKinds.Lesson, name, key: name), name);
        }
    }

    private static string Milliseconds(List<TimeSpan> times, double fraction)
    {
        var time = times.Order().ElementAt((int)(fraction * (times.Count - 1)));
        return string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F1} ms");
    }
}

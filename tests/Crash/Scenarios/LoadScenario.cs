using System.Diagnostics;
using System.Globalization;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Scenarios;

/// <summary>Many callers post many small runs at once, and somebody lists the runs meanwhile. Nobody is killed.</summary>
public static class LoadScenario
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<Report> Run(CrashOptions options, int runs, int clients, CancellationToken cancellationToken = default)
    {
        using var workshop = new BuildFolder(options);
        var golden = await GoldenRuns.TrainAll(options.Service, [RunKinds.Lesson], workshop.Folder);
        using var cluster = workshop.NewCluster();
        await cluster.Start();
        var (http, witness) = (cluster.Front.Http!, new Witness(golden, RunKind.OfName));
        var start = Stopwatch.GetTimestamp();
        var posting = Task.WhenAll(Enumerable.Range(1, runs).GroupBy(number => number % clients).Select(numbers => Task.Run(() => Post(http, witness, numbers), cancellationToken)));

        var lists = new List<TimeSpan>();
        for (var left = runs; left > 0; left = Left())
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = (await http.GetAsync("/api/v1/runs", cancellationToken)).EnsureSuccessStatusCode();
            lists.Add(Stopwatch.GetElapsedTime(asked));
            if (lists.Count % 100 == 0)
            {
                options.Progress($"{witness.AcceptedRuns} accepted, {left} left, {Report.Text(Stopwatch.GetElapsedTime(start))}");
            }

            await Task.Delay(Pause, cancellationToken);
        }

        await posting;
        var time = Stopwatch.GetElapsedTime(start);
        var all = cluster.Database.All();
        await new Watcher(cluster, witness, new()).LookAtAllHistories(all);
        witness.SawAllAtTheEnd(all);
        foreach (var run in all.Where(run => run.Token != 1))
        {
            witness.Saw(Fault.Duplicated, $"run {run.Id} was claimed {run.Token} times");
        }

        await Integrity.Check(cluster, witness);
        return new(
        [
            ("runs accepted", Report.Text(witness.AcceptedRuns)),
            ("GET /runs, calls", Report.Text(lists.Count)),
            ("GET /runs, median", Milliseconds(lists, 0.5)),
            ("GET /runs, 99 %", Milliseconds(lists, 0.99)),
            ("time", Report.Text(time)),
        ], workshop.Keep(witness.Findings));

        int Left() => posting.IsCompleted ? cluster.Database.Active().Count : runs;
    }

    private static async Task Post(HttpClient http, Witness witness, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            var name = RunKinds.Lesson.NameOf(number);
            witness.SawAccepted(await http.PostRun(RunKinds.Lesson, name, key: name), name);
        }
    }

    private static string Milliseconds(List<TimeSpan> times, double share) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.Order().ElementAt((int)(share * (times.Count - 1))).TotalMilliseconds:F1} ms");
}

using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Requests;

/// <summary>The same requests, trained once by a service that nobody disturbs.</summary>
public static class GoldenRuns
{
    public static async Task<Dictionary<string, GoldenRun>> TrainAll(ServiceBuild build, IEnumerable<RunKind> kinds, string folder)
    {
        using var cluster = Cluster.OnSqlite(build, Directory.CreateDirectory(Path.Combine(folder, "golden")).FullName);
        await cluster.Start();
        var http = cluster.Front.Http!;
        http.Timeout = TimeSpan.FromMinutes(3);
        var runs = await Task.WhenAll(kinds.Select(async kind => (kind, Run: await Train(http, kind))));
        return runs.ToDictionary(run => run.kind.Name, run => run.Run);
    }

    private static async Task<GoldenRun> Train(HttpClient http, RunKind kind)
    {
        var name = kind.NameOf(0);
        var id = await http.PostRun(kind, name, key: name, wait: 60);
        var run = await http.Run(id);
        while (run.Status is "queued" or "running")
        {
            await Task.Delay(100);
            run = await http.Run(id);
        }

        return new(char.ToUpperInvariant(run.Status[0]) + run.Status[1..], run.WeightsSha256, (await http.History(id, after: -1))!);
    }
}

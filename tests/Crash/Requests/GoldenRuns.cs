using Velodrome.Crash.Checks;
using Velodrome.Processes;

namespace Velodrome.Crash.Requests;

/// <summary>Trains each kind of run once on a service that is not disturbed.</summary>
public static class GoldenRuns
{
    /// <returns>The golden runs by the name of their kind.</returns>
    public static async Task<Dictionary<string, GoldenRun>> TrainAll(ServiceBuild build, IEnumerable<RunKind> kinds, string folder)
    {
        using var cluster = Cluster.OnSqlite(build, Directory.CreateDirectory(Path.Combine(folder, "golden")).FullName);
        await cluster.Start();
        var http = cluster.ApiNode.Http!;
        http.Timeout = TimeSpan.FromMinutes(3);
        var runs = await Task.WhenAll(kinds.Select(async kind => (Kind: kind, Run: await Train(http, kind))));
        return runs.ToDictionary(golden => golden.Kind.Name, golden => golden.Run);
    }

    private static async Task<GoldenRun> Train(HttpClient http, RunKind kind)
    {
        var name = kind.RunName(0);
        var id = await http.PostRun(kind, name, key: name, wait: 60);
        var run = await http.GetRun(id);
        while (run.Status is "queued" or "running")
        {
            await Task.Delay(100);
            run = await http.GetRun(id);
        }

        return new(char.ToUpperInvariant(run.Status[0]) + run.Status[1..], run.WeightsSha256, (await http.GetHistory(id, after: -1))!);
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Velodrome.Api.Tests.Postgres;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Runs;

public sealed class PriorityTests
{
    [Fact]
    public async Task Runs_start_by_priority_and_within_it_in_order()
    {
        using var app = new VelodromeApp();
        await StartByPriority(app);
    }

    [PostgresFact]
    public async Task Runs_start_by_priority_and_within_it_in_order_on_postgres()
    {
        using var app = new PostgresApp();
        await StartByPriority(app);
    }

    private static async Task StartByPriority(VelodromeApp app)
    {
        using var one = app.WithWebHostBuilder(host => host.UseSetting("Workers", "1"));
        var http = one.CreateClient();
        var first = await http.StartRun("""
            { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" }, "training": { "epochs": 1000000 }, "earlyStopping": null }
            """);
        await http.Until(first, run => run.Text("status") == "running");
        var waiting = new List<(string Priority, long Id)>();
        foreach (var priority in new[] { "low", "normal", "high", "low", "normal", "high" })
        {
            waiting.Add((priority, await http.StartRun(RunCalls.Lesson, json => json["training"]!["priority"] = priority)));
        }

        await http.Post($"/api/v1/runs/{first}/cancel", "");

        var started = new List<(DateTime At, string Priority, long Id)>();
        foreach (var (priority, id) in waiting)
        {
            var run = await http.Ended(id);
            Assert.Equal(priority, run.GetProperty("spec").GetProperty("training").Text("priority"));
            started.Add((run.GetProperty("startedAt").GetDateTime(), priority, id));
        }

        Assert.Equal(
            waiting.OrderBy(run => Array.IndexOf(["high", "normal", "low"], run.Priority)).ThenBy(run => run.Id),
            started.OrderBy(run => run.At).Select(run => (run.Priority, run.Id)));
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Velodrome.Api.Tests.Postgres;
using Velodrome.Api.Tests.Runs;
using Velodrome.Postgres;

namespace Velodrome.Api.Tests.Worker;

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

    [Fact]
    public async Task An_interrupted_run_resumes_before_queued_runs_start()
    {
        using var app = new VelodromeApp();
        long interrupted, queued;
        using (var before = app.WithWebHostBuilder(host => host.UseSetting("Workers", "1")))
        {
            var http = before.CreateClient();
            interrupted = await http.StartRun(RunCalls.Endless, json => json["training"]!["priority"] = "low");
            await http.Until(interrupted, run => run.Text("status") == "running");
            queued = await http.StartRun(RunCalls.Lesson, json => json["training"]!["priority"] = "high");
        }

        using var after = app.WithWebHostBuilder(host => host.UseSetting("Workers", "1"));
        var again = after.CreateClient();
        await again.Until(interrupted, run => run.Text("status") == "running");

        Assert.Equal("queued", (await again.Until(queued, _ => true)).Text("status"));
        await again.Post($"/api/v1/runs/{interrupted}/cancel", "");
        Assert.Equal("succeeded", (await again.Ended(queued)).Text("status"));
    }

    private static async Task StartByPriority(VelodromeApp app)
    {
        using var one = app.WithWebHostBuilder(host => host.UseSetting("Workers", "1"));
        var http = one.CreateClient();
        var waiting = await QueueBehindAnother(http);

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

    /// <summary>Queues runs while another trains, and then cancels that one.</summary>
    /// <remarks>
    /// On a machine that stalls for longer than a lease, the worker loses the run that it trains, and may start one of the others before
    /// all of them are queued. Such a try does not count.
    /// </remarks>
    private static async Task<List<(string Priority, long Id)>> QueueBehindAnother(HttpClient http)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            var first = await http.StartRun(RunCalls.Endless);
            await http.Until(first, run => run.Text("status") == "running");
            var waiting = new List<(string Priority, long Id)>();
            foreach (var priority in new[] { "low", "normal", "high", "low", "normal", "high" })
            {
                waiting.Add((priority, await http.StartRun(RunCalls.Lesson, json => json["training"]!["priority"] = priority)));
            }

            var statuses = await Task.WhenAll(waiting.Select(async run => (await http.Until(run.Id, _ => true)).Text("status")));
            await http.Post($"/api/v1/runs/{first}/cancel", "");
            if (statuses.All(status => status == "queued"))
            {
                return waiting;
            }

            await Task.WhenAll(waiting.Select(run => http.Ended(run.Id)));
        }

        throw new TimeoutException("In five tries, a queued run started while the only worker trained another.");
    }
}

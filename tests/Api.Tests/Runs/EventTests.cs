using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Runs;

public sealed class EventTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Endless = """
        { "dataset": "noisy-sine", "target": "y", "features": ["x"], "validation": { "split": "random" },
          "training": { "epochs": 1000000, "batchSize": 64 }, "earlyStopping": null, "engine": "simd" }
        """;

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task Every_epoch_is_sent_once_and_in_order_before_the_whole_run()
    {
        var id = await _http.StartRun(Endless, json => json["training"]!["epochs"] = 2_500);
        using var stream = await EventStream.Open(_http, id);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.MediaType);

        var events = await stream.Events().ToListAsync();

        Assert.Equal(Enumerable.Range(0, 2_501), events.SelectMany(EventStream.Epochs));
        var withEpochs = events.Where(item => EventStream.Epochs(item).Any());
        Assert.All(withEpochs, item => Assert.Equal($"{EventStream.Epochs(item).Last()}", item.EventId));
        Assert.InRange(events.Count, 2, 200);
        var done = events[^1];
        Assert.Equal(("done", "2500"), (done.EventType, done.EventId));
        var run = JsonDocument.Parse(done.Data).RootElement;
        Assert.Equal((id, "succeeded"), (run.Id(), run.Text("status")));
    }

    [Fact]
    public async Task A_caller_that_reconnects_gets_the_remaining_epochs()
    {
        var run = await _http.Train(RunCalls.Lesson);
        var last = run.GetProperty("progress").GetProperty("epoch").GetInt32();

        using var rest = await EventStream.Open(_http, run.Id(), "3");
        Assert.Equal(Enumerable.Range(4, last - 3), (await rest.Events().ToListAsync()).SelectMany(EventStream.Epochs));

        using var beyond = new EventStream(await _http.GetAsync($"/api/v1/runs/{run.Id()}/events?after=1000000"));
        var end = await beyond.Events().LastAsync();
        Assert.Equal(("done", $"{last}"), (end.EventType, end.EventId));

        using var ended = await EventStream.Open(_http, run.Id(), $"{last}");
        Assert.Equal(HttpStatusCode.NoContent, ended.Response.StatusCode);
        using var invalid = await EventStream.Open(_http, run.Id(), "three");
        await invalid.Response.Content.LoadIntoBufferAsync();
        Assert.Equal("wrongType", (await Refused.Read(invalid.Response, HttpStatusCode.BadRequest)).Code);
        Assert.Equal("runNotFound", (await Refused.Read(await _http.GetAsync("/api/v1/runs/0/events"), HttpStatusCode.NotFound)).Code);
    }

    [Fact]
    public async Task An_epoch_that_another_process_commits_is_sent_before_the_next_one()
    {
        var id = await _http.StartRun(Endless, json => json["training"]!["epochs"] = 1);
        var ended = await _http.Ended(id);
        var writer = app.Services.GetRequiredService<DatabaseWriter>();
        await writer.ClaimForever(id);
        var last = ended.GetProperty("progress").GetProperty("epoch").GetInt32();
        using var stream = await EventStream.Open(_http, id, $"{last}");
        await using var events = stream.Events().GetAsyncEnumerator();
        await events.MoveNextAsync(); // carries the status

        for (var epoch = last + 1; epoch <= last + 5; epoch++)
        {
            await writer.AddEpoch(id, epoch);
            await events.MoveNextAsync();
            Assert.Equal([epoch], EventStream.Epochs(events.Current)); // a late one would come after a ping
        }

        await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);
    }

    [Fact]
    public async Task The_service_stops_while_a_stream_is_open()
    {
        using var other = new VelodromeApp();
        other.UseKestrel(0);
        other.StartServer();
        var http = other.CreateClient();
        var id = await http.StartRun(Endless);
        using var stream = await EventStream.Open(http, id);
        await using var events = stream.Events().GetAsyncEnumerator();
        await events.MoveNextAsync();

        var stopping = other.Services.GetRequiredService<IHostApplicationLifetime>();
        stopping.StopApplication();

        var items = new List<SseItem<string>>();
        while (await events.MoveNextAsync().AsTask().WaitAsync(Wait.Limit))
        {
            items.Add(events.Current);
        }

        Assert.DoesNotContain(items, item => item.EventType == "done");
    }
}

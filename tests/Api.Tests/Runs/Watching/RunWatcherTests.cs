using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Velodrome.Api.Runs.Watching;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Tests.Runs.Watching;

public sealed class RunWatcherTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task One_query_serves_all_callers_and_their_news_are_the_same()
    {
        var id = (await _http.Train(RunCalls.Lesson)).Id();
        var (contexts, store) = (new CountedContexts(app), app.Services.GetRequiredService<RunStore>());
        using var watcher = new RunWatcher(store, contexts, TimeProvider.System, NullLogger<RunWatcher>.Instance);
        RunWatch[] watches = [.. Enumerable.Range(0, 500).Select(_ => watcher.Watch(id))];

        await watcher.Poll(default);
        var afterFirst = contexts.Created;
        await watcher.Poll(default);

        Assert.Equal((1, 2), (afterFirst, contexts.Created));
        Assert.All(watches, watch => Assert.Same(watches[0].News, watch.News));
        Assert.All(watches, watch => Assert.True(watch.Ended.IsCompletedSuccessfully));
        Assert.Equal(id, watches[0].News.Run!.Id);
    }

    [Fact]
    public async Task New_epochs_are_shared_with_callers_who_have_all_before_them_and_others_read_their_own()
    {
        var id = (await _http.Train(RunCalls.Lesson, json => json["training"]!["epochs"] = 3)).Id();
        var writer = app.Services.GetRequiredService<DatabaseWriter>();
        await writer.ClaimForever(id);
        using var watcher = new RunWatcher(
            app.Services.GetRequiredService<RunStore>(), new CountedContexts(app), TimeProvider.System, NullLogger<RunWatcher>.Instance);
        using var watch = watcher.Watch(id);
        await watcher.Poll(default);
        var before = watch.News;
        await watcher.Poll(default);
        Assert.Same(before, watch.News); // nothing has changed

        await writer.AddEpoch(id, 4);
        await watcher.Poll(default);

        Assert.True(before.Superseded.IsCompletedSuccessfully);
        Assert.Equal((3, 4, true), Describe(watch.News.FindAfter(3)));
        Assert.Equal((4, 4, false), Describe(watch.News.FindAfter(4)));
        Assert.Null(watch.News.FindAfter(1));
        Assert.Same(
            watch.News.FindAfter(3)!.EventAfter(3, System.Text.Json.JsonSerializerOptions.Web),
            watch.News.FindAfter(3)!.EventAfter(3, System.Text.Json.JsonSerializerOptions.Web));

        static (int After, int Last, bool HasEpochs) Describe(RunUpdate? update) =>
            (update!.After, update.LastEpoch, update.HasEpochs);
    }

    [Fact]
    public async Task A_caller_who_waits_learns_of_the_end_without_a_query()
    {
        var id = await _http.StartRun(RunCalls.Endless);
        var (contexts, store) = (new CountedContexts(app), app.Services.GetRequiredService<RunStore>());
        using var watcher = new RunWatcher(store, contexts, TimeProvider.System, NullLogger<RunWatcher>.Instance); // it is not started
        using var watch = watcher.Watch(id);

        await _http.PostAsync($"/api/v1/runs/{id}/cancel", null);

        await watch.Ended.WaitAsync(Wait.Limit);
        Assert.Equal(0, contexts.Created);
    }

    [Theory]
    [InlineData("EventReaders")]
    [InlineData("WaitingCallers")]
    public async Task Callers_beyond_the_limit_are_told_to_try_again(string quota)
    {
        using var host = app.WithWebHostBuilder(builder => builder
            .UseSetting("DataFolder", Directory.CreateDirectory(Path.Combine(app.DataFolder, quota)).FullName)
            .UseSetting($"Quotas:{quota}", "0"));
        var http = host.CreateClient();
        var request = quota == "EventReaders"
            ? new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{await http.StartRun(RunCalls.Lesson)}/events")
            : new(HttpMethod.Post, "/api/v1/runs")
            {
                Content = new StringContent(RunCalls.Lesson, System.Text.Encoding.UTF8, "application/json"),
                Headers = { { "Prefer", "wait=1" } },
            };

        using var response = await http.SendAsync(request);

        var refused = await Refused.Read(response, HttpStatusCode.TooManyRequests);
        Assert.Equal("tooManyRequests", refused.Code);
        Assert.Contains($"Quotas:{quota}", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public void A_place_is_free_again_once_its_caller_has_left()
    {
        var limit = new CallerLimit(1, "Quotas:EventReaders", "reading");
        var first = limit.Enter();
        Assert.Throws<Velodrome.Training.RefusedException>(limit.Enter);

        first.Dispose();
        first.Dispose();

        using var second = limit.Enter();
        Assert.Throws<Velodrome.Training.RefusedException>(limit.Enter);
    }

    private sealed class CountedContexts(VelodromeApp app) : IDbContextFactory<TrainingDbContext>
    {
        private readonly IDbContextFactory<TrainingDbContext> _contexts =
            app.Services.GetRequiredService<IDbContextFactory<TrainingDbContext>>();

        public int Created { get; private set; }

        public TrainingDbContext CreateDbContext()
        {
            Created++;
            return _contexts.CreateDbContext();
        }
    }
}

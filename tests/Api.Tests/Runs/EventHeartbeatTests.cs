using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Runs;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Worker;
using Velodrome.Data;
using Velodrome.Data.Runs;

namespace Velodrome.Api.Tests.Runs;

public sealed class EventHeartbeatTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public async Task A_run_without_news_is_heard_of_all_the_same()
    {
        var http = app.CreateClient();
        var id = (await http.Train(RunCalls.Lesson)).Id();
        await app.Services.GetRequiredService<DatabaseWriter>().Write(database => database.Runs.Where(run => run.Id == id).ExecuteUpdate(run => run
            .SetProperty(found => found.Status, RunStatus.Running).SetProperty(found => found.FinishedAt, (long?)null)
            .SetProperty(found => found.LeaseUntil, long.MaxValue))); // as if another process trained it, and took its time
        using var stream = await EventStream.Open(http, id);
        await using var events = stream.Events().GetAsyncEnumerator();
        await events.MoveNextAsync();
        var start = TimeProvider.System.GetTimestamp();

        await events.MoveNextAsync();

        Assert.Equal("ping", events.Current.EventType);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 14, 30);
    }
}

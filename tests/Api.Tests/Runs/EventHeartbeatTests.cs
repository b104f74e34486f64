using Microsoft.Extensions.DependencyInjection;
using Velodrome.Data;

namespace Velodrome.Api.Tests.Runs;

public sealed class EventHeartbeatTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Fact]
    public async Task A_stream_without_news_gets_a_ping_after_15_seconds()
    {
        var http = app.CreateClient();
        var id = (await http.Train(RunCalls.Lesson)).Id();
        await app.Services.GetRequiredService<DatabaseWriter>().ClaimForever(id);
        using var stream = await EventStream.Open(http, id);
        await using var events = stream.Events().GetAsyncEnumerator();
        await events.MoveNextAsync();
        var start = TimeProvider.System.GetTimestamp();

        await events.MoveNextAsync();

        Assert.Equal("ping", events.Current.EventType);
        Assert.True(TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(14));
    }
}

using System.Net.ServerSentEvents;
using System.Text.Json;
using Velodrome.Api.Runs;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Worker;

namespace Velodrome.Api.Tests.Runs;

/// <summary>A run's events as a caller reads them.</summary>
internal sealed class EventStream(HttpResponseMessage answer) : IDisposable
{
    public static async Task<EventStream> Open(HttpClient http, long run, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{run}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return new(await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public HttpResponseMessage Answer => answer;

    public IAsyncEnumerable<SseItem<string>> Events() => SseParser.Create(answer.Content.ReadAsStream()).EnumerateAsync();

    /// <summary>Numbers of the epochs in an event.</summary>
    public static IEnumerable<int> Epochs(SseItem<string> item) => item.EventType != "epochs" ? [] :
        JsonDocument.Parse(item.Data).RootElement.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("epoch").GetInt32());

    public void Dispose() => answer.Dispose();
}

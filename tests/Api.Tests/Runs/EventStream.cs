using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Velodrome.Api.Tests.Runs;

/// <summary>The stream of a run's events.</summary>
internal sealed class EventStream(HttpResponseMessage response) : IDisposable
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

    public HttpResponseMessage Response => response;

    public IAsyncEnumerable<SseItem<string>> Events() => SseParser.Create(response.Content.ReadAsStream()).EnumerateAsync();

    /// <summary>The numbers of the epochs in an event.</summary>
    public static IEnumerable<int> Epochs(SseItem<string> item) => item.EventType != "epochs"
        ? []
        : JsonDocument.Parse(item.Data).RootElement.GetProperty("epochs").EnumerateArray()
            .Select(epoch => epoch.GetProperty("epoch").GetInt32());

    public void Dispose() => response.Dispose();
}

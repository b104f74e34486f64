using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Abuse;

/// <summary>The service under attack, and the calls that attacks have in common.</summary>
/// <param name="Http">Calls the service, without a timeout of its own.</param>
/// <param name="Tally">Receives the answers.</param>
/// <param name="Prepared">Call it when the preparations are done: times of short requests before it do not count.</param>
/// <param name="Ends">Fires when the attack has taken too long, or the service has ended.</param>
internal sealed record Target(HttpClient Http, Tally Tally, Action Prepared, CancellationToken Ends)
{
    /// <summary>Posts JSON and counts the answer.</summary>
    /// <returns>The body of a success; otherwise null.</returns>
    public Task<JsonElement?> Post(string path, string json, string? prefer = null)
    {
        var content = new StringContent(json, Encoding.UTF8, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (prefer is not null)
        {
            request.Headers.Add("Prefer", prefer);
        }

        return Send(request);
    }

    /// <summary>Uploads a table and counts the answer.</summary>
    public Task<JsonElement?> Upload(string name, string csv) => Send(new(HttpMethod.Post, $"/api/v1/datasets?name={name}")
    {
        Content = new StringContent(csv, Encoding.UTF8, "text/csv"),
    });

    /// <summary>Sends a request and counts the answer.</summary>
    public async Task<JsonElement?> Send(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ends);
            await Tally.Add(response);
            return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>(Ends) : null;
        }
    }

    /// <summary>Sends a request that prepares an attack. Its answer is not counted, and must be a success.</summary>
    public async Task<JsonElement> Prepare(string path, HttpContent content)
    {
        using var response = await Http.PostAsync(path, content, Ends);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ends))!;
    }

    public Task<JsonElement> PrepareTable(string name, string csv) =>
        Prepare($"/api/v1/datasets?name={name}", new StringContent(csv, Encoding.UTF8, "text/csv"));

    public async Task<long> PrepareRun(string json) =>
        (await Prepare("/api/v1/runs", new StringContent(json, Encoding.UTF8, "application/json"))).GetProperty("id").GetInt64();

    /// <summary>Waits until a run meets a condition.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> Until(long run, Func<JsonElement, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition(await Http.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}", Ends)))
        {
            await Task.Delay(20, Ends);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public static bool HasEnded(JsonElement run) => run.GetProperty("finishedAt").ValueKind != JsonValueKind.Null;
}

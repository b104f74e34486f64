using System.Net.Http.Json;
using System.Text.Json;

namespace Velodrome.Fuzz;

/// <summary>
/// Keeps the service's data small during the test: cancels runs that train for long, and deletes old runs. Otherwise most requests would
/// meet a full queue, and the time of a list would grow with the number of requests.
/// </summary>
internal sealed class Housekeeper(HttpClient http)
{
    private const int KeptRuns = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private HashSet<long> _activeBefore = [];

    public async Task Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Tidy(cancellationToken);
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
            {
                // the clients report faults of the service
            }

            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    private async Task Tidy(CancellationToken cancellationToken)
    {
        var page = await http.GetFromJsonAsync<JsonElement>("/api/v1/runs?pageSize=500", cancellationToken);
        var runs = page.GetProperty("items").EnumerateArray().Select(run => (
            Id: run.GetProperty("id").GetInt64(), IsActive: run.GetProperty("finishedAt").ValueKind == JsonValueKind.Null)).ToList();
        var active = runs.Where(run => run.IsActive).Select(run => run.Id).ToHashSet();
        foreach (var id in active.Where(_activeBefore.Contains))
        {
            (await http.PostAsync($"/api/v1/runs/{id}/cancel", null, cancellationToken)).Dispose();
        }

        _activeBefore = active;
        foreach (var (id, _) in runs.Where(run => !run.IsActive).Skip(KeptRuns))
        {
            (await http.DeleteAsync($"/api/v1/runs/{id}", cancellationToken)).Dispose();
        }
    }
}

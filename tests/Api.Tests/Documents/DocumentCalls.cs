using System.Net.Http.Json;
using System.Text.Json;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Documents;

internal static class DocumentCalls
{
    /// <summary>Waits until every run has ended, as a reader does between two commands.</summary>
    public static async Task AllEnded(this HttpClient http)
    {
        var runs = await http.GetFromJsonAsync<JsonElement>("/api/v1/runs");
        foreach (var run in runs.GetProperty("items").EnumerateArray())
        {
            await http.Ended(run.Id());
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Velodrome.Crash.Checks;

namespace Velodrome.Crash.Requests;

/// <summary>
/// The calls to the service's API. Each throws an <see cref="HttpRequestException"/> if there is no complete response, or if its status
/// is not a success.
/// </summary>
internal static class ServiceCalls
{
    /// <returns>The id of the new run, or of the run that an earlier request with the same key created.</returns>
    public static async Task<long> PostRun(this HttpClient http, RunKind kind, string name, string? key, int wait = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/runs")
        {
            Content = new StringContent(kind.BodyFor(name), Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (wait > 0)
        {
            request.Headers.Add("Prefer", $"wait={wait}");
        }

        return await ReadId(await http.SendAndEnsureSuccess(request));
    }

    public static async Task<long> ContinueRun(this HttpClient http, long parentId, int epochs, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/runs/{parentId}/continue")
        {
            Content = JsonContent.Create(new { additionalEpochs = epochs, name }),
        };
        return await ReadId(await http.SendAndEnsureSuccess(request));
    }

    public static async Task CancelRun(this HttpClient http, long id) =>
        (await http.SendAndEnsureSuccess(new(HttpMethod.Post, $"/api/v1/runs/{id}/cancel"))).Dispose();

    public static async Task DeleteRun(this HttpClient http, long id) =>
        (await http.SendAndEnsureSuccess(new(HttpMethod.Delete, $"/api/v1/runs/{id}"))).Dispose();

    public static async Task<RunBody> GetRun(this HttpClient http, long id) =>
        await ReadJson<RunBody>(await http.SendAndEnsureSuccess(new(HttpMethod.Get, $"/api/v1/runs/{id}")));

    /// <returns>The epochs after a given one (-1 for all), or null if the run does not exist.</returns>
    public static async Task<List<ObservedEpoch>?> GetHistory(this HttpClient http, long id, int after)
    {
        var query = after < 0 ? "" : $"?after={after}";
        using var response = await http.SendRequest(new(HttpMethod.Get, $"/api/v1/runs/{id}/history{query}"));
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        var history = await ReadJson<HistoryBody>(response);
        return history.Epochs.ConvertAll(epoch => ObservedEpoch.Of(epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss));
    }

    public static async Task PostDataset(this HttpClient http, string name, string csv)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/datasets?name={name}")
        {
            Content = new StringContent(csv, Encoding.UTF8, "text/csv"),
        };
        (await http.SendAndEnsureSuccess(request)).Dispose();
    }

    /// <returns>The version that has the rows.</returns>
    public static async Task<int> PostRows(this HttpClient http, string name, string csv, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/datasets/{name}/rows")
        {
            Content = new StringContent(csv, Encoding.UTF8, "text/csv"),
        };
        request.Headers.Add("Idempotency-Key", key);
        return (await ReadJson<VersionBody>(await http.SendAndEnsureSuccess(request))).Version;
    }

    public static async Task DeleteDataset(this HttpClient http, string name) =>
        (await http.SendAndEnsureSuccess(new(HttpMethod.Delete, $"/api/v1/datasets/{name}"))).Dispose();

    /// <returns>The dataset's rows as CSV, or null if it does not exist.</returns>
    public static async Task<string?> GetDataset(this HttpClient http, string name)
    {
        using var response = await http.SendRequest(new(HttpMethod.Get, $"/api/v1/datasets/{name}/csv"));
        return response.StatusCode == HttpStatusCode.NotFound ? null : await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    public static async Task<KnownKey> PostKey(this HttpClient http, string name, string role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/keys") { Content = JsonContent.Create(new { name, role }) };
        var key = await ReadJson<KeyBody>(await http.SendAndEnsureSuccess(request));
        return new(key.Id, name, role, key.Key);
    }

    public static async Task RevokeKey(this HttpClient http, long id) =>
        (await http.SendAndEnsureSuccess(new(HttpMethod.Delete, $"/api/v1/keys/{id}"))).Dispose();

    /// <returns>The key's role, or null if the service refuses the key.</returns>
    public static async Task<string?> GetRole(this HttpClient http, KnownKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
        request.Headers.Authorization = new("Bearer", key.Text);
        using var response = await http.SendRequest(request);
        return response.StatusCode == HttpStatusCode.Unauthorized ? null : (await ReadJson<SessionBody>(response)).Role;
    }

    private static async Task<long> ReadId(HttpResponseMessage response) => (await ReadJson<RunBody>(response)).Id;

    private static async Task<T> ReadJson<T>(HttpResponseMessage response)
    {
        using (response)
        {
            try
            {
                return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web))!;
            }
            catch (Exception failure) when (failure is IOException or JsonException)
            {
                throw new HttpRequestException("The response is incomplete.", failure);
            }
        }
    }

    private static async Task<HttpResponseMessage> SendAndEnsureSuccess(this HttpClient http, HttpRequestMessage request) =>
        (await http.SendRequest(request)).EnsureSuccessStatusCode();

    private static async Task<HttpResponseMessage> SendRequest(this HttpClient http, HttpRequestMessage request)
    {
        try
        {
            return await http.SendAsync(request);
        }
        catch (Exception failure) when (failure is TaskCanceledException or IOException or SocketException)
        {
            throw new HttpRequestException("There is no response.", failure);
        }
    }

    internal sealed record RunBody(long Id, string Name, string Status, string? WeightsSha256);

    private sealed record VersionBody(int Version);

    private sealed record KeyBody(long Id, string Key);

    private sealed record SessionBody(string Role);

    private sealed record HistoryBody(List<EpochBody> Epochs);

    private sealed record EpochBody(int Epoch, double? TrainLoss, double? ValidationLoss);
}

using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Requests;

/// <summary>The calls that are made. Each fails with an <see cref="HttpRequestException"/> where nobody answers or the answer is no success.</summary>
internal static class ServiceCalls
{
    /// <returns>The new run's id, or that of the run that the key already made.</returns>
    public static async Task<long> PostRun(this HttpClient http, RunKind kind, string name, string? key, int wait = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/runs") { Content = new StringContent(kind.BodyFor(name), Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (wait > 0)
        {
            request.Headers.Add("Prefer", $"wait={wait}");
        }

        return await IdOf(await http.Call(request));
    }

    public static async Task<long> ContinueRun(this HttpClient http, long parent, int epochs, string name) =>
        await IdOf(await http.Call(new(HttpMethod.Post, $"/api/v1/runs/{parent}/continue") { Content = JsonContent.Create(new { additionalEpochs = epochs, name }) }));

    public static async Task CancelRun(this HttpClient http, long id) => (await http.Call(new(HttpMethod.Post, $"/api/v1/runs/{id}/cancel"))).Dispose();

    public static async Task DeleteRun(this HttpClient http, long id) => (await http.Call(new(HttpMethod.Delete, $"/api/v1/runs/{id}"))).Dispose();

    public static async Task PostDataset(this HttpClient http, string name, string csv) => (await http.Call(
        new(HttpMethod.Post, $"/api/v1/datasets?name={name}") { Content = new StringContent(csv, Encoding.UTF8, "text/csv") })).Dispose();

    public static async Task DeleteDataset(this HttpClient http, string name) => (await http.Call(new(HttpMethod.Delete, $"/api/v1/datasets/{name}"))).Dispose();

    /// <returns>Its rows; null when there is no such dataset.</returns>
    public static async Task<string?> Dataset(this HttpClient http, string name)
    {
        using var answer = await http.Reach(new(HttpMethod.Get, $"/api/v1/datasets/{name}/csv"));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <returns>All epochs after one; null when there is no such run.</returns>
    public static async Task<List<SeenEpoch>?> History(this HttpClient http, long id, int after)
    {
        using var answer = await http.Reach(new(HttpMethod.Get, after < 0 ? $"/api/v1/runs/{id}/history" : $"/api/v1/runs/{id}/history?after={after}"));
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        var history = await Json<HistoryBody>(answer);
        return history.Epochs.ConvertAll(epoch => SeenEpoch.Of(epoch.Epoch, epoch.TrainLoss, epoch.ValidationLoss));
    }

    public static async Task<RunBody> Run(this HttpClient http, long id) => await Json<RunBody>(await http.Call(new(HttpMethod.Get, $"/api/v1/runs/{id}")));

    private static async Task<long> IdOf(HttpResponseMessage answer) => (await Json<RunBody>(answer)).Id;

    private static async Task<T> Json<T>(HttpResponseMessage answer)
    {
        using (answer)
        {
            try
            {
                return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web))!;
            }
            catch (Exception cut) when (cut is IOException or JsonException)
            {
                throw new HttpRequestException("The answer broke off.", cut);
            }
        }
    }

    private static async Task<HttpResponseMessage> Call(this HttpClient http, HttpRequestMessage request) => (await http.Reach(request)).EnsureSuccessStatusCode();

    private static async Task<HttpResponseMessage> Reach(this HttpClient http, HttpRequestMessage request)
    {
        try
        {
            return await http.SendAsync(request);
        }
        catch (Exception failure) when (failure is TaskCanceledException or IOException or SocketException)
        {
            throw new HttpRequestException("Nobody answered.", failure);
        }
    }

    internal sealed record RunBody(long Id, string Name, string Status, string? WeightsSha256);

    private sealed record HistoryBody(List<EpochBody> Epochs);

    private sealed record EpochBody(int Epoch, double? TrainLoss, double? ValidationLoss);
}

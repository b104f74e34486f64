using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Datasets.Imports;

internal static class ImportCalls
{
    public const string Async = "respond-async";

    /// <summary>Uploads a CSV.</summary>
    /// <param name="prefer">The header <c>Prefer</c>.</param>
    public static async Task<HttpResponseMessage> PostPreferring(this HttpClient http, string prefer, string query, string csv)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/datasets?{query}");
        request.Headers.Add("Prefer", prefer);
        request.Content = new StringContent(csv, Encoding.UTF8, "text/csv");
        return await http.SendAsync(request);
    }

    /// <summary>Starts to import a file from a URL in the background.</summary>
    public static async Task<JsonElement> ImportInBackground(this HttpClient http, string url, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/datasets/import");
        request.Headers.Add("Prefer", Async);
        request.Content = JsonContent.Create(new { url, name });
        using var response = await http.SendAsync(request);
        return await response.Accepted();
    }

    /// <summary>Checks that an import was accepted, and returns it.</summary>
    public static async Task<JsonElement> Accepted(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{response.StatusCode} {text}");
        Assert.Equal(Async, Assert.Single(response.Headers.GetValues("Preference-Applied")));
        var import = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal($"/api/v1/imports/{import.Id()}", $"{response.Headers.Location}");
        return import;
    }

    public static Task<JsonElement> GetImport(this HttpClient http, long id) =>
        http.GetFromJsonAsync<JsonElement>($"/api/v1/imports/{id}");

    public static Task<JsonElement> ImportEnded(this HttpClient http, long id) =>
        http.ImportUntil(id, import => import.GetProperty("finishedAt").ValueKind != JsonValueKind.Null);

    public static async Task<JsonElement> ImportUntil(this HttpClient http, long id, Func<JsonElement, bool> condition)
    {
        JsonElement import = default;
        await Wait.Until(async () => condition(import = await http.GetImport(id)), () => $"import {import}");
        return import;
    }

    public static async Task<JsonElement> CancelImport(this HttpClient http, long id)
    {
        using var response = await http.PostAsync($"/api/v1/imports/{id}/cancel", null);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Velodrome.Api.Tests.Datasets.Versions;

/// <summary>Calls about versions of datasets.</summary>
internal static class AppendCalls
{
    public static Task<HttpResponseMessage> AppendCsv(this HttpClient http, string name, string csv, string? key = null) =>
        http.Append(name, Encoding.UTF8.GetBytes(csv), "text/csv", key: key);

    public static async Task<HttpResponseMessage> Append(
        this HttpClient http, string name, byte[] body, string type, string query = "", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/datasets/{Uri.EscapeDataString(name)}/rows{query}")
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await http.SendAsync(request);
    }

    /// <summary>Uploads a dataset under a new name.</summary>
    /// <returns>The name.</returns>
    public static async Task<string> Upload(this HttpClient http, byte[] file, string query = "")
    {
        var name = $"grown-{Guid.NewGuid():N}";
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var response = await http.PostAsync($"/api/v1/datasets?name={name}{query}", content);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return name;
    }

    public static Task<string> Upload(this HttpClient http, string csv) => http.Upload(Encoding.UTF8.GetBytes(csv));

    /// <summary>The body of a response that must have a status.</summary>
    public static async Task<JsonElement> Read(this Task<HttpResponseMessage> call, HttpStatusCode status)
    {
        using var response = await call;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    public static async Task<JsonElement> Rows(this HttpClient http, string name, string query = "") =>
        (await http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{name}/rows{query}")).GetProperty("rows");
}

using System.Net.Http.Headers;
using System.Text;

namespace Velodrome.Api.Tests.Datasets;

/// <summary>Uploads datasets.</summary>
internal static class Send
{
    public static Task<HttpResponseMessage> PostCsv(this HttpClient http, string name, string csv) =>
        http.PostCsv(name, Encoding.UTF8.GetBytes(csv));

    public static Task<HttpResponseMessage> PostCsv(this HttpClient http, string name, byte[] csv) => http.Post(name, csv, "text/csv");

    public static Task<HttpResponseMessage> PostJson(this HttpClient http, string name, string json) =>
        http.Post(name, Encoding.UTF8.GetBytes(json), "application/json");

    private static Task<HttpResponseMessage> Post(this HttpClient http, string name, byte[] body, string type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return http.PostAsync($"/api/v1/datasets?name={Uri.EscapeDataString(name)}", content);
    }
}

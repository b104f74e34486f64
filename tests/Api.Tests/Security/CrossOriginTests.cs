using System.Net;
using Microsoft.AspNetCore.Hosting;

namespace Velodrome.Api.Tests.Security;

public sealed class CrossOriginTests(CrossOriginTests.Shared app) : IClassFixture<CrossOriginTests.Shared>
{
    private const string App = "https://app.example.org";

    private readonly HttpClient _http = app.CreateClient();

    [Fact]
    public async Task A_page_of_a_listed_origin_reads_answers_and_refusals()
    {
        foreach (var (path, status) in new[] { ("/api/v1/datasets", HttpStatusCode.OK), ("/api/v1/runs/99", HttpStatusCode.NotFound) })
        {
            using var answer = await Send(HttpMethod.Get, path, App);

            Assert.Equal(status, answer.StatusCode);
            Assert.Equal([App], answer.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    [Theory]
    [InlineData(App)]
    [InlineData("http://localhost:3000")]
    public async Task A_page_of_a_listed_origin_changes_things(string origin)
    {
        using var answer = await Send(HttpMethod.Post, "/api/v1/runs/99/cancel", origin, ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal("runNotFound", (await Refused.Read(answer, HttpStatusCode.NotFound)).Code);
        Assert.Equal([origin], answer.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_preflight_allows_methods_and_headers_without_cookies()
    {
        using var answer = await Send(HttpMethod.Options, "/api/v1/datasets/iris", App,
            ("Access-Control-Request-Method", "DELETE"), ("Access-Control-Request-Headers", "authorization,content-type"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([App], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["DELETE"], answer.Headers.GetValues("Access-Control-Allow-Methods"));
        Assert.Equal(["authorization,content-type"], answer.Headers.GetValues("Access-Control-Allow-Headers"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://app.example.org.evil.example")]
    [InlineData("http://app.example.org")]
    [InlineData("null")]
    public async Task A_page_of_another_origin_reads_and_changes_nothing(string origin)
    {
        using var read = await Send(HttpMethod.Get, "/api/v1/datasets", origin);
        using var preflight = await Send(HttpMethod.Options, "/api/v1/datasets/iris", origin, ("Access-Control-Request-Method", "DELETE"));
        using var change = await Send(HttpMethod.Delete, "/api/v1/datasets/iris", origin);

        Assert.All([read, preflight, change], answer => Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin")));
        Assert.Equal("crossSiteRequest", (await Refused.Read(change, HttpStatusCode.Forbidden)).Code);
    }

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, string origin, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Origin", origin } } };
        Array.ForEach(headers, header => request.Headers.Add(header.Name, header.Value));
        return await _http.SendAsync(request);
    }

    public sealed class Shared : VelodromeApp
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Cors:Origins", $"{App};http://localhost:3000");
        }
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Velodrome.Api.Tests.Runs;

namespace Velodrome.Api.Tests.Security;

/// <summary>The service below a path of a proxy, as a client of the proxy sees it.</summary>
public sealed class SubPathTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Theory]
    [InlineData("/velodrome", "")] // the proxy passes the path on as it is
    [InlineData("", "/velodrome")] // the proxy removes the prefix, and says so
    [InlineData("/velodrome", "/velodrome")]
    public async Task Addresses_in_answers_work_for_the_client_of_a_proxy(string pathBase, string prefix)
    {
        using var service = Service($"life{pathBase}-{prefix}".Replace('/', '-'), pathBase);
        await using var proxy = new Proxy(service, removes: prefix);
        var http = proxy.Client;

        using var created = await http.PostAsync("velodrome/api/v1/runs", JsonContent.Create(JsonDocument.Parse(RunCalls.Lesson)));
        var run = await created.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        Assert.Equal("/velodrome/api/v1/runs/1", created.Headers.Location?.OriginalString);
        foreach (var link in run.GetProperty("links").EnumerateObject().Where(link => link.Name is "self" or "history" or "earlyStopping"))
        {
            Assert.StartsWith("/velodrome/api/v1/runs/1", link.Value.GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(link.Value.GetString())).StatusCode);
        }

        var events = await http.GetAsync("velodrome/api/v1/runs/1/events"); // until the run has ended
        Assert.Equal("no", Assert.Single(events.Headers.GetValues("X-Accel-Buffering")));
        Assert.True(events.Headers.CacheControl!.NoCache);
        Assert.Contains("\"self\":\"/velodrome/api/v1/runs/1\"", await events.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var ended = await http.GetFromJsonAsync<JsonElement>("velodrome/api/v1/runs/1");
        var next = ended.GetProperty("verdict").GetProperty("nextStep");
        Assert.StartsWith("/velodrome/api/v1/runs", next.GetProperty("path").GetString(), StringComparison.Ordinal);
        using var sent = await http.PostAsync(next.GetProperty("path").GetString(), JsonContent.Create(next.GetProperty("body")));
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
    }

    [Fact]
    public async Task Pages_and_the_api_document_work_below_the_path()
    {
        using var service = Service("pages", "/velodrome");
        await using var proxy = new Proxy(service, removes: "");
        var http = proxy.Client;

        using var bare = await http.GetAsync("velodrome");
        Assert.Equal("/velodrome/", new Uri(http.BaseAddress!, bare.Headers.Location!).AbsolutePath);
        Assert.Contains("<title>Velodrome</title>", await http.GetStringAsync("velodrome/"), StringComparison.Ordinal);
        foreach (var file in new[] { "js/main.js", "_content/Vizor.ECharts/js/vizor-echarts-bundle-min.js" })
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"velodrome/{file}")).StatusCode);
        }

        var document = await http.GetFromJsonAsync<JsonElement>("velodrome/swagger/v1/swagger.json");
        Assert.Equal("/velodrome", document.GetProperty("servers")[0].GetProperty("url").GetString());
        using var swagger = await http.GetAsync("velodrome/swagger");
        var redirected = new Uri(new(http.BaseAddress!, "velodrome/swagger"), swagger.Headers.Location!);
        Assert.Equal("/velodrome/swagger/index.html", redirected.AbsolutePath);
        using var policy = await http.GetAsync("velodrome/swagger/index.html");
        Assert.Contains("'unsafe-inline'", Assert.Single(policy.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_queue_s_pages_link_below_the_path()
    {
        using var service = Service("queue", "/velodrome");

        var context = await service.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = IPAddress.Loopback;
            (http.Request.Method, http.Request.Path, http.Request.Host) = ("GET", "/velodrome/hangfire", new("localhost"));
        });

        using var reader = new StreamReader(context.Response.Body);
        var page = await reader.ReadToEndAsync();
        Assert.Contains("href=\"/velodrome/\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/velodrome/hangfire/jobs/enqueued\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/hangfire", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_reaches_the_service_past_the_proxy_needs_no_prefix()
    {
        using var service = Service("direct", "/velodrome");
        using var http = service.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
    }

    private WebApplicationFactory<Program> Service(string folder, string pathBase) => app.WithWebHostBuilder(host => host
        .UseSetting("DataFolder", Path.Combine(app.DataFolder, folder))
        .UseSetting("PathBase", pathBase)
        .UseSetting("AllowedHosts", "ml.example.org")
        .UseSetting("Proxies", "10.0.0.0/8"));

    /// <summary>
    /// A proxy at https://ml.example.org. It passes requests to the service, with what it knows of its client in X-Forwarded headers.
    /// </summary>
    private sealed class Proxy : IAsyncDisposable
    {
        private readonly HttpMessageHandler _handler;

        public Proxy(WebApplicationFactory<Program> service, string removes)
        {
            _handler = new Forwarding(removes) { InnerHandler = Arriving(service) };
            Client = new(_handler) { BaseAddress = new("https://ml.example.org/") };
        }

        public HttpClient Client { get; }

        public ValueTask DisposeAsync()
        {
            Client.Dispose();
            _handler.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Connections to the service come from the proxy's address.</summary>
        private static HttpMessageHandler Arriving(WebApplicationFactory<Program> service) => service.Server.CreateHandler(
            http => http.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.7"));
    }

    private sealed class Forwarding(string removes) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!;
            request.Headers.Add("Origin", uri.GetLeftPart(UriPartial.Authority)); // as the dashboard's calls have it
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
            request.Headers.Add("X-Forwarded-Proto", uri.Scheme);
            request.Headers.Add("X-Forwarded-Host", uri.Authority);
            if (removes.Length > 0)
            {
                Assert.StartsWith(removes, uri.AbsolutePath, StringComparison.Ordinal);
                request.Headers.Add("X-Forwarded-Prefix", removes);
            }

            request.RequestUri = new($"http://localhost:5080{uri.PathAndQuery[removes.Length..]}");
            return base.SendAsync(request, cancellationToken);
        }
    }
}

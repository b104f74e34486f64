using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Velodrome.Api.Tests.Security;

/// <summary>From whom X-Forwarded headers are believed. A believed X-Forwarded-Host decides whether the call is answered.</summary>
public sealed class TrustedProxyTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7", true)]
    [InlineData("10.0.0.7", "::ffff:10.0.0.7", true)]
    [InlineData("10.0.0.0/8;fd00::/8", "10.200.0.1", true)]
    [InlineData("10.0.0.0/8;fd00::/8", "fd12::1", true)]
    [InlineData("10.0.0.7", "10.0.0.8", false)]
    [InlineData("10.0.0.7", "127.0.0.1", false)] // not even the machine itself, unless it is named
    [InlineData("", "127.0.0.1", false)]
    [InlineData("", "10.0.0.7", false)]
    public async Task Only_named_proxies_are_believed(string proxies, string sender, bool believed)
    {
        using var service = Service($"{proxies}{sender}", proxies);

        var status = await Status(service, sender, "evil.example", "203.0.113.9");

        Assert.Equal(believed ? 403 : 200, status); // the host is then evil.example, and not localhost
    }

    [Fact]
    public async Task Headers_that_a_client_sends_through_a_proxy_are_not_believed()
    {
        using var service = Service("chain", "10.0.0.0/8");

        // The client has sent the first entry; the proxies have added the others.
        Assert.Equal("203.0.113.9", await ClientOf(service, "127.0.0.1, 203.0.113.9, 10.0.0.9"));
    }

    [Fact]
    public async Task The_framework_s_switch_to_believe_everyone_has_no_effect()
    {
        using var service = app.WithWebHostBuilder(host => host
            .UseSetting("DataFolder", Path.Combine(app.DataFolder, "switch")).UseSetting("FORWARDEDHEADERS_ENABLED", "true"));

        Assert.Equal("10.0.0.7", await ClientOf(service, "203.0.113.9")); // it would believe this header and the scheme, not the host
    }

    [Fact]
    public async Task A_client_behind_a_trusted_proxy_is_never_a_local_caller()
    {
        using var service = Service("local", "10.0.0.7");

        var answer = await Send(service, "10.0.0.7", "/hangfire", http =>
            (http.Headers["X-Forwarded-For"], http.Headers["X-Forwarded-Host"]) = ("127.0.0.1", "localhost"));

        Assert.Equal(403, answer.Response.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-Prefix", "no-slash")]
    [InlineData("X-Forwarded-For", "nonsense")]
    [InlineData("X-Forwarded-Host", "a b")]
    [InlineData("X-Forwarded-Proto", "java script")]
    public async Task Malformed_headers_are_no_failure(string header, string value)
    {
        using var service = Service($"malformed{header}", "10.0.0.7");

        var answer = await Send(service, "10.0.0.7", "/health/live", http => http.Headers[header] = value);

        Assert.InRange(answer.Response.StatusCode, 200, 499);
    }

    private WebApplicationFactory<Program> Service(string folder, string proxies) => app.WithWebHostBuilder(host => host
        .UseSetting("DataFolder", Path.Combine(app.DataFolder, Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(folder))))
        .UseSetting("Proxies", proxies));

    private static async Task<int> Status(WebApplicationFactory<Program> service, string sender, string host, string client) =>
        (await Send(service, sender, "/health/live", http =>
            (http.Headers["X-Forwarded-Host"], http.Headers["X-Forwarded-For"]) = (host, client))).Response.StatusCode;

    /// <summary>The client's address as the service sees it.</summary>
    private static async Task<string> ClientOf(WebApplicationFactory<Program> service, string forwarded)
    {
        var answer = await Send(service, "10.0.0.7", "/health/live", http => http.Headers["X-Forwarded-For"] = forwarded);
        return $"{answer.Connection.RemoteIpAddress}";
    }

    private static Task<HttpContext> Send(
        WebApplicationFactory<Program> service, string sender, string path, Action<HttpRequest> change) => service.Server.SendAsync(http =>
    {
        http.Connection.RemoteIpAddress = IPAddress.Parse(sender);
        (http.Request.Method, http.Request.Path, http.Request.Host) = ("GET", path, new("localhost"));
        change(http.Request);
    });
}

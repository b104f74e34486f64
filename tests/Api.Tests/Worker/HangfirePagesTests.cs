using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Velodrome.Api.Tests.Worker;

public sealed class HangfirePagesTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    [Theory]
    [InlineData("127.0.0.1", "localhost:5080")]
    [InlineData("127.0.0.1", "127.0.0.1:5080")]
    [InlineData("::1", "[::1]:5080")]
    [InlineData("::ffff:127.0.0.1", "LOCALHOST")]
    public async Task A_local_caller_sees_the_queue(string address, string host)
    {
        var (status, page) = await Get(app, address, host);

        Assert.Equal(StatusCodes.Status200OK, status);
        Assert.Contains("Velodrome", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "localhost", "another machine")]
    [InlineData("192.168.0.7", "localhost", "another machine")]
    [InlineData("::ffff:10.0.0.1", "localhost", "another machine")]
    public async Task Other_callers_are_refused(string? address, string host, string reason) =>
        AssertRefused(await Get(app, address, host), reason);

    [Fact]
    public async Task A_name_that_the_service_answers_under_is_not_yet_a_local_one()
    {
        using var named = app.WithWebHostBuilder(host => host
            .UseSetting("AllowedHosts", "velodrome.example").UseSetting("DataFolder", Path.Combine(app.DataFolder, "named")));

        AssertRefused(await Get(named, "127.0.0.1", "velodrome.example"), "\"velodrome.example\" is not a local host name");
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-host")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Original-For")]
    [InlineData("X-Real-IP")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    public async Task A_request_through_a_proxy_on_the_same_machine_is_not_local(string header) =>
        AssertRefused(await Get(app, "127.0.0.1", "localhost", http => http.Headers[header] = "127.0.0.1"), header);

    [Fact]
    public async Task A_request_through_a_proxy_without_headers_is_recognised_by_http_1_0() =>
        AssertRefused(await Get(app, "127.0.0.1", "localhost", http => http.Protocol = HttpProtocol.Http10), "HTTP/1.0");

    [Theory]
    [InlineData("/hangfire/jobs/enqueued")]
    [InlineData("/hangfire/stats")]
    [InlineData("/hangfire/css18250")]
    public async Task Pages_below_the_dashboard_are_refused_too(string path) =>
        AssertRefused(await Get(app, "192.168.0.7", "localhost", http => http.Path = path), "another machine");

    [Fact]
    public async Task The_dashboard_is_read_only()
    {
        var (status, _) = await Get(
            app, "127.0.0.1", "localhost", http => (http.Method, http.Path) = ("POST", "/hangfire/jobs/enqueued/delete"));

        Assert.InRange(status, 400, 499);
    }

    [Fact]
    public async Task A_setting_opens_the_dashboard_to_everyone()
    {
        using var open = app.WithWebHostBuilder(host =>
            host.UseSetting("Dashboard:Open", "true").UseSetting("AllowedHosts", "velodrome.example")
                .UseSetting("DataFolder", Path.Combine(app.DataFolder, "open")));

        var (status, _) = await Get(open, "192.168.0.7", "velodrome.example", http => http.Headers["X-Forwarded-For"] = "1.2.3.4");

        Assert.Equal(StatusCodes.Status200OK, status);
    }

    private static void AssertRefused((int Status, string Body) response, string reason)
    {
        Assert.True(response.Status == StatusCodes.Status403Forbidden, response.Body);
        var problem = JsonDocument.Parse(response.Body).RootElement;
        Assert.Equal("dashboardClosed", problem.GetProperty("code").GetString());
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Body)> Get(
        WebApplicationFactory<Program> app, string? address, string host, Action<HttpRequest>? change = null)
    {
        var context = await app.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
            (http.Request.Method, http.Request.Path) = ("GET", "/hangfire");
            (http.Request.Host, http.Request.Protocol) = (new HostString(host), HttpProtocol.Http11);
            change?.Invoke(http.Request);
        });
        using var body = new StreamReader(context.Response.Body);
        return (context.Response.StatusCode, await body.ReadToEndAsync());
    }
}

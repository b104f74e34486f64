using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Velodrome.Api.Runs;
using Velodrome.Api.Runs.Pictures;
using Velodrome.Api.Worker;

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
        var (status, page) = await Ask(app, address, host);

        Assert.Equal(StatusCodes.Status200OK, status);
        Assert.Contains("Velodrome", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "localhost", "elsewhere")]
    [InlineData("192.168.0.7", "localhost", "elsewhere")]
    [InlineData("::ffff:10.0.0.1", "localhost", "elsewhere")]
    [InlineData("127.0.0.1", "velodrome.example", "velodrome.example")] // a page that rebinds its name to 127.0.0.1
    [InlineData("127.0.0.1", "localhost.example", "localhost.example")]
    [InlineData("127.0.0.1", "127.0.0.1.example", "127.0.0.1.example")]
    [InlineData("127.0.0.1", "", "no name")]
    public async Task Others_are_refused(string? address, string host, string reason) => Refused(await Ask(app, address, host), reason);

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-host")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Original-For")]
    [InlineData("X-Real-IP")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    public async Task A_proxy_on_the_same_machine_does_not_make_the_world_local(string header) =>
        Refused(await Ask(app, "127.0.0.1", "localhost", http => http.Headers[header] = "127.0.0.1"), header);

    [Fact]
    public async Task Nor_does_a_proxy_that_adds_no_header_but_speaks_http_1_0() =>
        Refused(await Ask(app, "127.0.0.1", "localhost", http => http.Protocol = HttpProtocol.Http10), "HTTP/1.0");

    [Theory]
    [InlineData("/hangfire/jobs/enqueued")]
    [InlineData("/hangfire/stats")]
    [InlineData("/hangfire/css18250")]
    public async Task What_is_below_it_is_as_closed(string path) =>
        Refused(await Ask(app, "192.168.0.7", "localhost", http => http.Path = path), "elsewhere");

    [Fact]
    public async Task It_is_to_look_at_only()
    {
        var (status, _) = await Ask(app, "127.0.0.1", "localhost", http => (http.Method, http.Path) = ("POST", "/hangfire/jobs/enqueued/delete"));

        Assert.InRange(status, 400, 499);
    }

    [Fact]
    public async Task A_setting_opens_it()
    {
        using var open = app.WithWebHostBuilder(host => host.UseSetting("Dashboard:Open", "true").UseSetting("DataFolder", Path.Combine(app.DataFolder, "open")));

        Assert.Equal(StatusCodes.Status200OK, (await Ask(open, "192.168.0.7", "velodrome.example", http => http.Headers["X-Forwarded-For"] = "1.2.3.4")).Status);
    }

    private static void Refused((int Status, string Body) answer, string reason)
    {
        Assert.True(answer.Status == StatusCodes.Status403Forbidden, answer.Body);
        var problem = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal("dashboardClosed", problem.GetProperty("code").GetString());
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Body)> Ask(WebApplicationFactory<Program> app, string? address, string host, Action<HttpRequest>? change = null)
    {
        var answer = await app.Server.SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
            (http.Request.Method, http.Request.Path, http.Request.Host, http.Request.Protocol) = ("GET", "/hangfire", new HostString(host), HttpProtocol.Http11);
            change?.Invoke(http.Request);
        });
        using var body = new StreamReader(answer.Response.Body);
        return (answer.Response.StatusCode, await body.ReadToEndAsync());
    }
}

using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Velodrome.Api.Tests.Security;

public sealed class RequestGuardTests(VelodromeApp app) : IClassFixture<VelodromeApp>
{
    private const string Evil = "http://evil.example";

    public static TheoryData<string> Addresses =>
    [
        "/", "/js/main.js", "/swagger/index.html", "/swagger/v1/swagger.json", "/hangfire", "/health/live", "/health/ready",
        "/api/v1/datasets", "/api/v1/runs/1/events", "/api/v1/runs/1/curve.svg", "/nowhere",
    ];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_foreign_host_name_is_refused_at_every_address(string path)
    {
        var answer = await Send(app, "GET", path, http => http.Host = new("rebind.example:5080"));

        var problem = AssertRefused(answer, "hostNotAllowed");
        Assert.Contains("\"rebind.example\"", problem, StringComparison.Ordinal);
        Assert.Contains("--AllowedHosts \"rebind.example\"", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5080", null)]
    [InlineData("LOCALHOST", null)]
    [InlineData("127.0.0.1:5080", null)]
    [InlineData("127.1.2.3", null)]
    [InlineData("[::1]:5080", null)]
    [InlineData("10.1.2.3:5080", "10.1.2.3")]
    [InlineData("10.1.2.3:5080", "::ffff:10.1.2.3")] // a socket for both protocols
    [InlineData("[fd00::7]:5080", "fd00::7")]
    public async Task The_machine_s_own_addresses_are_accepted(string host, string? local) =>
        Assert.Equal(200, (await Send(app, "GET", "/health/live", http => Arrive(http, host, local))).Response.StatusCode);

    [Fact]
    public async Task The_machine_s_own_name_is_accepted() =>
        Assert.Equal(200, (await Send(app, "GET", "/health/live", http => http.Host = new(Dns.GetHostName(), 5080))).Response.StatusCode);

    [Theory]
    [InlineData("", null)]
    [InlineData("10.1.2.4:5080", "10.1.2.3")] // another machine's address
    [InlineData("10.1.2.3:5080", null)]
    [InlineData("localhost.example", null)]
    [InlineData("127.0.0.1.example", null)]
    [InlineData("example.localhost.", null)]
    public async Task Other_names_are_refused(string host, string? local) =>
        AssertRefused(await Send(app, "GET", "/health/live", http => Arrive(http, host, local)), "hostNotAllowed");

    [Theory]
    [InlineData("ml.example.org", true)]
    [InlineData("ML.EXAMPLE.ORG:443", true)]
    [InlineData("a.internal", true)]
    [InlineData("a.b.internal", true)]
    [InlineData("192.168.0.9:5080", true)]
    [InlineData("localhost", true)] // listed names come in addition
    [InlineData("internal", false)]
    [InlineData(".internal", false)]
    [InlineData("xinternal", false)]
    [InlineData("example.org", false)]
    [InlineData("ml.example.org.evil.example", false)]
    public async Task Names_in_the_setting_are_accepted(string host, bool accepted)
    {
        using var named = With("names", ("AllowedHosts", "ml.example.org; *.internal; 192.168.0.9"));

        var answer = await Send(named, "GET", "/health/live", http => http.Host = new(host));

        Assert.Equal(accepted ? 200 : 403, answer.Response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/", "Host")]
    [InlineData("POST", "/api/v1/runs/1/cancel", "Origin")]
    public async Task A_browser_s_navigation_gets_a_page_with_the_name_as_text(string method, string path, string header)
    {
        var answer = await Send(app, method, path, http =>
        {
            http.Headers.Accept = "text/html,application/xhtml+xml,*/*;q=0.8";
            http.Headers[header] = "x<img src=x onerror=alert(1)>";
        });

        Assert.Equal((403, "text/html; charset=utf-8"), (answer.Response.StatusCode, answer.Response.ContentType));
        var page = await Body(answer);
        Assert.Contains("<h1>Forbidden</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains("x&lt;img", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", Evil)]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:9999")] // another port is another origin
    [InlineData("Origin", "https://localhost")]
    [InlineData("Origin", "http://localhost.evil.example")]
    [InlineData("Origin", "nonsense")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "something-new")]
    public async Task A_change_that_another_site_s_page_asks_for_is_refused(string header, string value)
    {
        foreach (var (method, path) in Changes)
        {
            AssertRefused(await Send(app, method, path, http => http.Headers[header] = value), "crossSiteRequest");
        }
    }

    [Theory]
    [InlineData(Evil, "same-origin")]
    [InlineData("http://localhost", "cross-site")]
    public async Task Neither_header_excuses_the_other(string origin, string site) => AssertRefused(
        await Send(app, "POST", "/api/v1/runs/1/cancel", http =>
            (http.Headers.Origin, http.Headers["Sec-Fetch-Site"]) = (origin, site)),
        "crossSiteRequest");

    [Theory]
    [InlineData(null, null)] // curl
    [InlineData("http://localhost", null)]
    [InlineData("http://localhost", "same-origin")]
    [InlineData(null, "none")]
    public async Task The_service_s_own_page_and_programs_may_change_things(string? origin, string? site)
    {
        var answer = await Send(app, "POST", "/api/v1/runs/1/cancel", http =>
        {
            if (origin is not null)
            {
                http.Headers.Origin = origin;
            }

            if (site is not null)
            {
                http.Headers["Sec-Fetch-Site"] = site;
            }
        });

        Assert.Equal(404, answer.Response.StatusCode); // there is no run 1
    }

    [Fact]
    public async Task A_refused_body_is_not_read()
    {
        using var body = new UnreadableStream();

        var answer = await Send(app, "POST", "/api/v1/datasets", http =>
            (http.Headers.Origin, http.ContentType, http.Body) = (Evil, "text/csv", body));

        AssertRefused(answer, "crossSiteRequest");
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Every_answer_forbids_other_sites_to_embed_it(string path)
    {
        var headers = (await Send(app, "GET", path, http => http.Headers["Last-Event-ID"] = "1")).Response.Headers;

        Assert.Equal("same-origin", headers["Cross-Origin-Resource-Policy"]);
        Assert.Contains("frame-ancestors 'none'", headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_carry_the_same_headers()
    {
        var headers = (await Send(app, "GET", "/", http => http.Host = new("evil.example"))).Response.Headers;

        Assert.Equal("same-origin", headers["Cross-Origin-Resource-Policy"]);
        Assert.Equal("nosniff", headers.XContentTypeOptions);
        Assert.Contains("frame-ancestors 'none'", headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
    }

    private static readonly (string Method, string Path)[] Changes =
    [
        ("POST", "/api/v1/runs/1/cancel"), ("POST", "/api/v1/datasets"), ("DELETE", "/api/v1/datasets/iris"), ("PUT", "/api/v1/runs/1"),
        ("POST", "/hangfire/stats"), ("PATCH", "/"),
    ];

    private WebApplicationFactory<Program> With(string folder, params (string Name, string Value)[] settings) =>
        app.WithWebHostBuilder(host =>
        {
            host.UseSetting("DataFolder", Path.Combine(app.DataFolder, folder));
            Array.ForEach(settings, setting => host.UseSetting(setting.Name, setting.Value));
        });

    private static void Arrive(HttpRequest http, string host, string? local)
    {
        http.Host = new(host);
        http.HttpContext.Connection.LocalIpAddress = local is null ? null : IPAddress.Parse(local);
    }

    private static string AssertRefused(HttpContext answer, string code)
    {
        var body = Body(answer).GetAwaiter().GetResult();
        Assert.True(answer.Response.StatusCode == 403, $"{answer.Response.StatusCode} {body}");
        Assert.Equal("application/problem+json", answer.Response.ContentType);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem.GetProperty("detail").GetString()!;
    }

    private static Task<HttpContext> Send(
        WebApplicationFactory<Program> app, string method, string path, Action<HttpRequest> change) => app.Server.SendAsync(http =>
    {
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        (http.Request.Method, http.Request.Path, http.Request.Host) = (method, path, new("localhost"));
        change(http.Request);
    });

    private static async Task<string> Body(HttpContext answer)
    {
        using var reader = new StreamReader(answer.Response.Body, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    private sealed class UnreadableStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("The body was read.");
    }
}

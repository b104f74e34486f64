using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Velodrome.Api.Access;
using Velodrome.Data.Access;

namespace Velodrome.Api.Tests.Access;

/// <summary>When a service answers without a key.</summary>
public sealed class OpenServiceTests : IDisposable
{
    private readonly VelodromeApp _app = new();

    [Theory]
    [InlineData(null, 200)] // a Unix socket
    [InlineData("127.0.0.1", 200)]
    [InlineData("127.0.0.2", 200)]
    [InlineData("::1", 200)]
    [InlineData("::ffff:127.0.0.1", 200)]
    [InlineData("192.168.0.7", 401)]
    [InlineData("::ffff:10.0.0.1", 401)]
    [InlineData("2001:db8::1", 401)]
    public async Task Without_keys_only_connections_to_this_machine_itself_are_answered(string? address, int status) =>
        Assert.Equal(status, await StatusAt(_app, address));

    [Fact]
    public async Task A_setting_opens_the_service_to_everybody_who_can_reach_it()
    {
        using var open = With(("Access:AllowAnonymous", "true"));

        Assert.Equal(200, await StatusAt(open, "192.168.0.7"));
    }

    [Fact]
    public async Task The_first_key_closes_the_service_and_revoking_the_last_one_does_not_open_it()
    {
        var store = _app.Services.GetRequiredService<ApiKeyStore>();
        var keys = _app.Services.GetRequiredService<ActiveKeys>();
        Assert.Equal(200, await StatusAt(_app, "127.0.0.1"));

        await store.Add("ann", KeyRole.Admin);
        keys.Changed();
        Assert.Equal(401, await StatusAt(_app, "127.0.0.1"));

        await store.Revoke("ann");
        keys.Changed();
        Assert.Equal(401, await StatusAt(_app, "127.0.0.1"));
    }

    [Theory]
    [InlineData("Basic cHJveHk6c2VjcmV0")]
    [InlineData("Bearer token.of.a.proxy")]
    public async Task While_the_service_is_open_the_login_of_a_proxy_is_ignored(string header)
    {
        var http = _app.CreateClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        var session = await http.GetFromJsonAsync<JsonElement>("/api/v1/session");

        Assert.Equal("""{"open":true,"name":null,"role":"admin"}""", session.GetRawText());
    }

    public static TheoryData<string, string, string> Addresses => new()
    {
        { "urls", "http://127.0.0.1:5080", "" },
        { "urls", "http://localhost:5080;http://[::1]:5080;https://127.0.0.9:1", "" },
        { "urls", "http://unix:/tmp/velodrome.sock", "" },
        { "urls", "http://0.0.0.0:5080", "http://0.0.0.0:5080" },
        { "urls", "http://[::]:5080", "http://[::]:5080" },
        { "urls", "http://*:5080", "http://*:5080" },
        { "urls", "http://+:5080", "http://+:5080" },
        { "urls", "http://192.168.0.7:5080", "http://192.168.0.7:5080" },
        { "urls", "http://localhost.example:5080", "http://localhost.example:5080" }, // Kestrel listens on all addresses
        { "urls", "http://127.0.0.1:5080;http://10.0.0.1:80", "http://10.0.0.1:80" },
        { "http_ports", "8080", "http://*:8080" },
        { "https_ports", "8443", "https://*:8443" },
        { "Kestrel:Endpoints:Public:Url", "https://*:443", "https://*:443" },
        { "Kestrel:Endpoints:Mine:Url", "https://localhost:443", "" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Addresses_that_other_machines_can_reach_are_found(string setting, string value, string found)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();

        Assert.Equal(found, string.Join(';', ListenAddresses.BeyondLoopback(configuration)));
    }

    [Fact]
    public async Task A_service_that_other_machines_can_reach_starts_with_a_key_or_the_setting()
    {
        using (var open = With(("urls", "http://0.0.0.0:5080"), ("Access:AllowAnonymous", "true")))
        {
            Assert.Equal(200, await StatusAt(open, null));
            await open.Services.GetRequiredService<ApiKeyStore>().Add("ann", KeyRole.Admin);
        }

        using var keyed = With(("urls", "http://0.0.0.0:5080"));
        Assert.Equal(401, await StatusAt(keyed, null));
    }

    public void Dispose() => _app.Dispose();

    private WebApplicationFactory<Program> With(params (string Name, string Value)[] settings) => _app.WithWebHostBuilder(host =>
    {
        foreach (var (name, value) in settings)
        {
            host.UseSetting(name, value);
        }
    });

    /// <summary>The status of a call over a connection to this address.</summary>
    private static async Task<int> StatusAt(WebApplicationFactory<Program> app, string? address) => (await app.Server.SendAsync(http =>
    {
        http.Connection.LocalIpAddress = address is null ? null : IPAddress.Parse(address);
        (http.Request.Method, http.Request.Path) = ("GET", "/api/v1/runs");
    })).Response.StatusCode;
}

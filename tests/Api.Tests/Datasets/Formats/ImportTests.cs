using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Velodrome.Api.Datasets.Formats.Import;

namespace Velodrome.Api.Tests.Datasets.Formats;

/// <summary>Imports from a server on this machine.</summary>
public sealed class ImportTests(VelodromeApp app) : IClassFixture<VelodromeApp>, IAsyncLifetime
{
    private WebApplication _server = null!;
    private WebApplicationFactory<Program> _service = null!;
    private HttpClient _http = null!;
    private string _origin = null!;
    private int _requests;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Use((http, next) =>
        {
            Interlocked.Increment(ref _requests);
            return next(http);
        });
        _server.MapGet("/hours.parquet", () => Results.Bytes(SampleFiles.Parquet(), "application/octet-stream"));
        _server.MapGet("/download", () => Results.Bytes(SampleFiles.Of("csv"), "text/csv", "from-header.csv"));
        _server.MapGet("/here", () => Results.Redirect("/hours.parquet"));
        _server.MapGet("/elsewhere", () => Results.Redirect("http://127.0.0.1:1/hours.parquet"));
        _server.MapGet("/loop", () => Results.Redirect("/loop"));
        _server.MapGet("/missing", () => Results.NotFound());
        _server.MapGet("/large", () => Results.Bytes(new byte[2 << 20], "text/csv"));
        _server.MapGet("/endless", async (HttpContext http) =>
        {
            for (var block = new byte[1 << 16]; !http.RequestAborted.IsCancellationRequested;)
            {
                await http.Response.Body.WriteAsync(block);
            }
        });
        _server.MapGet("/broken", async (HttpContext http) =>
        {
            http.Response.ContentLength = 100;
            await http.Response.WriteAsync("a,b\n");
            http.Abort();
        });
        await _server.StartAsync();
        _origin = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _service = app.WithWebHostBuilder(host => host
            .UseSetting("DataFolder", Path.Combine(app.DataFolder, Guid.NewGuid().ToString()))
            .UseSetting("MaxUploadMegabytes", "1")
            .UseSetting("ImportHosts", $"data.example.org;{_origin};http://localhost:1"));
        _http = _service.CreateClient();
        AllowLoopback(true);
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/hours.parquet", null, "hours")]
    [InlineData("/hours.parquet?x=1", "mine", "mine")]
    [InlineData("/here", null, "hours")]
    [InlineData("/download", null, "from-header")]
    public async Task A_file_is_imported_like_an_upload(string path, string? name, string stored)
    {
        var answer = await Import(_origin + path, name);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        Assert.Equal($"/api/v1/datasets/{stored}", answer.Headers.Location?.OriginalString);
        Assert.Equal(4, JsonDocument.Parse(text).RootElement.GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("/missing", "importFailed", "answered 404")]
    [InlineData("/loop", "importFailed", "more than 5 redirects")]
    [InlineData("/broken", "importFailed", "broke off")]
    public async Task A_file_that_can_not_be_downloaded_is_refused(string path, string code, string reason)
    {
        var refused = await Refused.Read(await Import(_origin + path, "x"), HttpStatusCode.BadRequest);

        Assert.Equal((code, "url"), (refused.Code, refused.Errors[0].Field));
        Assert.Contains(reason, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/large")]
    [InlineData("/endless")]
    public async Task A_file_over_the_limit_is_refused(string path) => Assert.Equal("bodyTooLarge",
        (await Refused.Read(await Import(_origin + path, "x"), HttpStatusCode.RequestEntityTooLarge)).Code);

    [Theory]
    [InlineData("https://other.example.org/a.csv")]
    [InlineData("http://data.example.org/a.csv")] // http, where https is allowed
    [InlineData("https://data.example.org:8443/a.csv")]
    [InlineData("https://data.example.org.evil.example/a.csv")]
    [InlineData("https://data.example.org@evil.example/a.csv")]
    [InlineData("https://user:password@data.example.org/a.csv")]
    [InlineData("http://127.0.0.1:5080/api/v1/keys")]
    [InlineData("http://[::1]/a.csv")]
    public async Task A_host_that_the_setting_does_not_name_is_refused(string url)
    {
        var refused = await Refused.Read(await Import(url, "x"), HttpStatusCode.Forbidden);

        Assert.Equal("importHostNotAllowed", refused.Code);
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_refused() => Assert.Equal("importHostNotAllowed",
        (await Refused.Read(await Import(_origin + "/elsewhere", "x"), HttpStatusCode.Forbidden)).Code);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://data.example.org/a.csv")]
    [InlineData("hours.csv")]
    [InlineData("")]
    public async Task What_is_no_web_address_is_refused(string url) => Assert.Equal("importFailed",
        (await Refused.Read(await Import(url, "x"), HttpStatusCode.BadRequest)).Code);

    [Theory]
    [InlineData("")]
    [InlineData("http://localhost:1")] // a name that resolves to a private address
    public async Task A_private_address_is_never_called(string origin)
    {
        AllowLoopback(false);
        var refused = await Refused.Read(
            await Import((origin.Length > 0 ? origin : _origin) + "/hours.parquet", "x"), HttpStatusCode.BadRequest);

        Assert.Contains("private or reserved", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(0, _requests);
    }

    [Fact]
    public async Task Nothing_is_imported_by_default()
    {
        var answer = await app.CreateClient().PostAsJsonAsync("/api/v1/datasets/import", new { url = _origin + "/hours.parquet" });
        var refused = await Refused.Read(answer, HttpStatusCode.Forbidden);

        Assert.Contains("ImportHosts is empty", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(0, _requests);
    }

    [Theory]
    [InlineData("1.1.1.1", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("169.254.169.254", false)] // the metadata service of clouds
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:1.1.1.1", true)]
    [InlineData("::10.0.0.1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("2002:0a00:0001::", false)]
    [InlineData("2001:db8::1", false)]
    public void Only_public_addresses_are_called(string address, bool isPublic) =>
        Assert.Equal(isPublic, new PublicAddresses().IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("data.example.org", "https://data.example.org/")]
    [InlineData("http://data.example.org:81", "http://data.example.org:81/")]
    [InlineData("*.example.org", null)]
    [InlineData("https://data.example.org/", null)]
    [InlineData("https://data.example.org/path", null)]
    [InlineData("https://user@data.example.org", null)]
    [InlineData("ftp://data.example.org", null)]
    [InlineData("two words", null)]
    public void An_entry_of_the_setting_is_a_host_or_an_origin(string entry, string? origin) =>
        Assert.Equal(origin, ImportHosts.OriginOf(entry)?.AbsoluteUri);

    private Task<HttpResponseMessage> Import(string url, string? name) =>
        _http.PostAsJsonAsync("/api/v1/datasets/import", name is null ? new { url } : (object)new { url, name });

    private void AllowLoopback(bool allow) => _service.Services.GetRequiredService<PublicAddresses>().AllowsLoopback = allow;
}

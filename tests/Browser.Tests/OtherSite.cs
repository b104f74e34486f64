using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Velodrome.Browser.Tests;

/// <summary>A web site that is not the service: an empty page, on a port of its own.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly WebApplication _site;

    private OtherSite(WebApplication site) => _site = site;

    public int Port => new Uri(_site.Urls.Single()).Port;

    public static async Task<OtherSite> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var site = builder.Build();
        site.Run(http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<!doctype html><title>another site</title>");
        });
        await site.StartAsync();
        return new(site);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}

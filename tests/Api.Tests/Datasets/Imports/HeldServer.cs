using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Velodrome.Api.Tests.Datasets.Imports;

/// <summary>A server with one CSV file, of which it sends the second half when a test says so.</summary>
internal sealed class HeldServer : IAsyncDisposable
{
    private const string Csv = "x,y\n1,2\n2,4\n3,6\n4,8\n";
    private const int FirstHalf = 12;

    private readonly TaskCompletionSource _goOn = new();
    private readonly WebApplication _server;

    private HeldServer(WebApplication server)
    {
        _server = server;
        server.MapGet("/held.csv", async (HttpContext http) =>
        {
            var csv = Encoding.UTF8.GetBytes(Csv);
            http.Response.ContentLength = csv.Length;
            await http.Response.Body.WriteAsync(csv.AsMemory(0, FirstHalf));
            await http.Response.Body.FlushAsync();
            await _goOn.Task.WaitAsync(http.RequestAborted);
            await http.Response.Body.WriteAsync(csv.AsMemory(FirstHalf));
        });
    }

    public string Origin =>
        _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<HeldServer> Start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new HeldServer(builder.Build());
        await server._server.StartAsync();
        return server;
    }

    /// <summary>Sends the second half.</summary>
    public void GoOn() => _goOn.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _server.DisposeAsync();
    }
}

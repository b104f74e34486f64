using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Velodrome.Bench.Service;

/// <summary>The service in a separate process, with a data folder that is deleted with it.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("velodrome-bench-");
    private readonly Process _process;

    private ServiceProcess(int port)
    {
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(10) };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Velodrome.Api.dll"), "--urls", $"http://127.0.0.1:{port}",
            "--DataFolder", _data.FullName, "--Logging:LogLevel:Default=Warning",
        ];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
        })!;
        _process.BeginOutputReadLine();
    }

    public HttpClient Http { get; }

    public static async Task<ServiceProcess> Start()
    {
        var service = new ServiceProcess(FreePort());
        for (var stopwatch = Stopwatch.StartNew(); stopwatch.Elapsed < TimeSpan.FromMinutes(1); await Task.Delay(50))
        {
            try
            {
                using var ready = await service.Http.GetAsync("/health/ready");
                if (ready.IsSuccessStatusCode)
                {
                    return service;
                }
            }
            catch (HttpRequestException)
            {
                // The service does not listen yet.
            }
        }

        service.Dispose();
        throw new TimeoutException("The service did not become ready.");
    }

    /// <summary>Bytes of memory that the service uses.</summary>
    public long Memory()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>The most bytes of memory that the service has used.</summary>
    public long PeakMemory()
    {
        _process.Refresh();
        return _process.PeakWorkingSet64;
    }

    /// <summary>Seconds of processor time that the service has used.</summary>
    public double ProcessorSeconds()
    {
        _process.Refresh();
        return _process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Posts a run and waits until it ends.</summary>
    public async Task<JsonNode> Train(JsonObject request)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "/api/v1/runs") { Content = JsonContent.Create(request) };
        post.Headers.Add("Prefer", "wait=60");
        using var response = await Http.SendAsync(post);
        var run = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return (string?)run["status"] == "succeeded" ? run : throw new InvalidOperationException($"The run did not succeed: {run}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Http.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>A port that no process listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

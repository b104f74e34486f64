using System.Diagnostics;
using System.Net.Http.Json;

namespace Velodrome.Bench.Service;

/// <summary>A service of FastAPI and PyTorch with a network of the same size: see fastapi_peer.py.</summary>
internal sealed class FastApiPeer : IDisposable
{
    private readonly Process _python;

    private FastApiPeer(int port, int processes)
    {
        Address = $"http://127.0.0.1:{port}/predictions";
        var script = Path.Combine(AppContext.BaseDirectory, "fastapi_peer.py");
        _python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, $"{port}", $"{processes}"])
        {
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        })!;
    }

    public string Address { get; }

    /// <summary>Starts the service. Returns null if it is not installed.</summary>
    public static async Task<FastApiPeer?> Start(int processes)
    {
        if (!File.Exists("/usr/bin/python3"))
        {
            return null;
        }

        var peer = new FastApiPeer(ServiceProcess.FreePort(), processes);
        using var http = new HttpClient();
        while (!peer._python.HasExited)
        {
            try
            {
                using var response = await http.PostAsJsonAsync(peer.Address, new { rows = new[] { new { hours = 9 } } });
                response.EnsureSuccessStatusCode();
                return peer;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100); // The service does not listen yet.
            }
        }

        peer.Dispose();
        return null;
    }

    public void Dispose()
    {
        _python.Kill(entireProcessTree: true);
        _python.Dispose();
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Velodrome.Api.Tests.Startup;

/// <summary>Runs the service as a separate process, on a free port.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _log = [];

    private ServiceProcess(Process process, Uri address)
    {
        (_process, Http) = (process, new HttpClient { BaseAddress = address });
        process.OutputDataReceived += AddToLog;
        process.ErrorDataReceived += AddToLog;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    public static ServiceProcess Start(params string[] arguments) => Start(variable: null, arguments);

    /// <summary>Starts the service with a variable in its environment.</summary>
    public static ServiceProcess Start((string Name, string Value)? variable, params string[] arguments)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return StartAt(new($"http://127.0.0.1:{port}"), variable, arguments);
    }

    public static ServiceProcess StartAt(Uri address, params string[] arguments) => StartAt(address, variable: null, arguments);

    private static ServiceProcess StartAt(Uri address, (string Name, string Value)? variable, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ServiceAssembly.Path, "--urls", $"{address}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable is var (name, value))
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, address);
    }

    /// <summary>Waits until /health/ready returns 200.</summary>
    public async Task Ready()
    {
        for (var deadline = DateTime.UtcNow.AddMinutes(5); DateTime.UtcNow < deadline && !_process.HasExited; await Task.Delay(100))
        {
            try
            {
                using var response = await Http.GetAsync("/health/ready");
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // the process does not listen yet
            }
        }

        lock (_log)
        {
            throw new TimeoutException($"The service did not become ready: {string.Join('\n', _log)}");
        }
    }

    /// <summary>Ends the process without any chance to clean up (SIGKILL).</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        Http.Dispose();
    }

    private void AddToLog(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.Add(line.Data ?? "");
        }
    }
}

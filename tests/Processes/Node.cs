using System.Net.Http.Headers;
using Velodrome.Failpoints;

namespace Velodrome.Processes;

/// <summary>One member of the cluster. It runs one process at a time; after a kill, the next one starts with the same settings.</summary>
/// <param name="name">Names the node in the log.</param>
/// <param name="build">The build that its processes run.</param>
/// <param name="arguments">The service's settings.</param>
/// <param name="log">Receives the output of its processes line by line.</param>
public sealed class Node(string name, ServiceBuild build, IReadOnlyList<string> arguments, Action<string> log) : IDisposable
{
    private ServiceProcess? _process;
    private Task<bool> _listening = Task.FromResult(false);

    public string Name => name;

    /// <summary>The key that <see cref="Http"/> sends, or null. It counts from the next start.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The current process, or the last one if it has ended.</summary>
    public ServiceProcess Process => _process ?? throw new InvalidOperationException($"{name} has not been started.");

    /// <summary>A client for the current process, or null while that does not listen.</summary>
    public HttpClient? Http { get; private set; }

    /// <summary>Makes a key with the command <c>keys add</c>, while the service runs or not.</summary>
    /// <returns>The key's text.</returns>
    public Task<string> AddKey(string keyName, string role) =>
        ServiceCommand.Run(build, ["keys", "add", keyName, "--role", role, .. arguments]);

    /// <summary>Ends the current process, if there is one, and starts the next.</summary>
    public void Start(Failpoint? failpoint = null)
    {
        Stop();
        log($"== {name} starts{(failpoint is null ? "" : $" with failpoint {failpoint}")}");
        _process = ServiceProcess.Start(build, arguments, failpoint, line => log($"{name}: {line}"));
        _listening = Connect(_process);
    }

    /// <summary>Waits until the current process listens.</summary>
    /// <returns>False if it exited first.</returns>
    public Task<bool> WaitUntilListening() => _listening;

    public void Kill()
    {
        log($"== {name} is killed");
        Http = null;
        Process.Kill();
    }

    public void Dispose() => Stop();

    private async Task<bool> Connect(ServiceProcess process)
    {
        if (await process.WaitUntilListening() is not { } address)
        {
            return false;
        }

        if (process == _process && !process.HasExited)
        {
            var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
            http.DefaultRequestHeaders.Authorization = ApiKey is null ? null : new AuthenticationHeaderValue("Bearer", ApiKey);
            Http = http;
        }

        return true;
    }

    private void Stop()
    {
        Http = null;
        _process?.Dispose();
        _process = null;
    }
}

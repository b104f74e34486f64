using Velodrome.Failpoints;

namespace Velodrome.Crash.Service;

/// <summary>One of the service's places, in which one process after another lives and dies.</summary>
/// <param name="name">For the log.</param>
/// <param name="build">What is started.</param>
/// <param name="arguments">The service's settings.</param>
/// <param name="log">Takes what the processes say.</param>
public sealed class Node(string name, ServiceBuild build, IReadOnlyList<string> arguments, Action<string> log) : IDisposable
{
    private ServiceProcess? _process;
    private Task<bool> _listening = Task.FromResult(false);

    public string Name => name;

    /// <summary>The present process, or the last one.</summary>
    public ServiceProcess Process => _process ?? throw new InvalidOperationException($"{name} was never started.");

    /// <summary>For whoever calls the present process; null while it does not listen.</summary>
    public HttpClient? Http { get; private set; }

    /// <summary>Starts the next process, once the one before has ended.</summary>
    public void Start(Failpoint? failpoint = null)
    {
        Stop();
        log($"== {name} starts{(failpoint is null ? "" : $", to be killed at {failpoint}")}");
        _process = ServiceProcess.Start(build, arguments, failpoint, line => log($"{name}: {line}"));
        _listening = Listen(_process);
    }

    /// <summary>Waits until it can be called.</summary>
    /// <returns>False when it ended before.</returns>
    public Task<bool> Listening() => _listening;

    public void Kill()
    {
        log($"== {name} is killed");
        Http = null;
        Process.Kill();
    }

    public void Dispose() => Stop();

    private async Task<bool> Listen(ServiceProcess process)
    {
        if (await process.Listening() is not { } address)
        {
            return false;
        }

        if (process == _process && !process.HasExited)
        {
            Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
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

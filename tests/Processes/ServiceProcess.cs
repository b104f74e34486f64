using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Velodrome.Failpoints;

namespace Velodrome.Processes;

/// <summary>One process of the service. It listens on a port that the operating system chooses.</summary>
public sealed partial class ServiceProcess : IDisposable
{
    /// <summary>The exit code of a process that SIGKILL ended.</summary>
    public const int SigkillExitCode = 128 + 9;

    /// <summary>The timeout of a startup, far longer than any takes, even if many processes start at the same time.</summary>
    private static readonly TimeSpan StartupTimeout = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Action<string> _log;
    private readonly TaskCompletionSource<Uri?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    private ServiceProcess(Process process, Action<string> log)
    {
        (_process, _log) = (process, log);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _address.TrySetResult(null);
        process.OutputDataReceived += (_, line) => ReadOutput(line.Data);
        process.ErrorDataReceived += (_, line) => ReadOutput(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>128 plus the signal's number if a signal ended the process.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The time from the start of the process until it listened.</summary>
    public TimeSpan StartupTime { get; private set; }

    /// <param name="build">The build to start.</param>
    /// <param name="arguments">The service's settings.</param>
    /// <param name="failpoint">Where the process kills itself, or null.</param>
    /// <param name="log">Receives the process's output line by line.</param>
    public static ServiceProcess Start(ServiceBuild build, IEnumerable<string> arguments, Failpoint? failpoint, Action<string> log)
    {
        var start = new ProcessStartInfo("dotnet", [build.AssemblyPath, "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DOTNET_STARTUP_HOOKS");
        start.Environment.TryAdd("DOTNET_TieredPGO", "0"); // profiling does not pay off in a process that lives for seconds
        if (failpoint is not null)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Failpoint).Assembly.Location;
            start.Environment[Failpoint.Variable] = failpoint.ToString();
        }

        return new(Process.Start(start)!, log);
    }

    /// <summary>Waits until the process listens.</summary>
    /// <returns>Its address, or null if it exited first.</returns>
    /// <exception cref="TimeoutException">The process neither listens nor exits.</exception>
    public Task<Uri?> WaitUntilListening() => _address.Task.WaitAsync(StartupTimeout);

    /// <returns>False if the process has not exited within the timeout.</returns>
    public async Task<bool> WaitForExit(TimeSpan timeout)
    {
        using var expired = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(expired.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends SIGKILL, which ends the process as abruptly as the kernel's out-of-memory killer does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends SIGSTOP: every thread stops until <see cref="Resume"/>, and the process cannot notice.</summary>
    public void Pause() => SendSignal("STOP");

    /// <summary>Sends SIGCONT.</summary>
    public void Resume() => SendSignal("CONT");

    /// <summary>Sends SIGTERM, which asks the process to shut down.</summary>
    public void Terminate() => SendSignal("TERM");

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    /// <summary>The log line that the service writes once it listens.</summary>
    [GeneratedRegex("Listening.* (http://[0-9.:]+)")]
    private static partial Regex ListeningLine();

    private void SendSignal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void ReadOutput(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log(line);
        if (ListeningLine().Match(line) is { Success: true } match)
        {
            StartupTime = Stopwatch.GetElapsedTime(_startedAt);
            _address.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }
}

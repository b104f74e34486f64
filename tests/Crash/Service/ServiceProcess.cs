using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Velodrome.Failpoints;

namespace Velodrome.Crash.Service;

/// <summary>One process of the service, on a port that it chooses itself.</summary>
public sealed partial class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private readonly Action<string> _log;
    private readonly TaskCompletionSource<Uri?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    /// <summary>Far longer than any start takes, even of many at once.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly long _start = Stopwatch.GetTimestamp();

    private ServiceProcess(Process process, Action<string> log)
    {
        (_process, _log) = (process, log);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _address.TrySetResult(null);
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The exit code of whoever SIGKILL ended.</summary>
    public const int Killed = 128 + 9;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>128 and the signal's number for whoever was killed by one.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>From its start until it listened.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <param name="build">What to start.</param>
    /// <param name="arguments">The service's settings.</param>
    /// <param name="failpoint">Where it kills itself; null for nowhere.</param>
    /// <param name="log">Takes what it says, line by line.</param>
    public static ServiceProcess Start(ServiceBuild build, IEnumerable<string> arguments, Failpoint? failpoint, Action<string> log)
    {
        var start = new ProcessStartInfo("dotnet", [build.Assembly, "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DOTNET_STARTUP_HOOKS");
        start.Environment.TryAdd("DOTNET_TieredPGO", "0"); // who lives for seconds gains nothing from being measured for its compiler
        if (failpoint is not null)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Failpoint).Assembly.Location;
            start.Environment[Failpoint.Variable] = failpoint.ToString();
        }

        return new(Process.Start(start)!, log);
    }

    /// <summary>Waits until it listens.</summary>
    /// <returns>Where; null when it ended before.</returns>
    /// <exception cref="TimeoutException">It does neither.</exception>
    public Task<Uri?> Listening() => _address.Task.WaitAsync(StartLimit);

    /// <summary>Waits until it has ended.</summary>
    /// <returns>False when it has not in that time.</returns>
    public async Task<bool> Ended(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>SIGKILL, as a power cut or the kernel short of memory.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGSTOP: it stands still, and does not know.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal("CONT");

    /// <summary>SIGTERM: it may end in order.</summary>
    public void Terminate() => Signal("TERM");

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [GeneratedRegex("Listening; open (http://[0-9.:]+)")]
    private static partial Regex Announcement();

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log(line);
        if (Announcement().Match(line) is { Success: true } match)
        {
            StartTime = Stopwatch.GetElapsedTime(_start);
            _address.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }
}

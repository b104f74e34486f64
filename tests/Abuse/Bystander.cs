using System.Diagnostics;
using System.Globalization;

namespace Velodrome.Abuse;

/// <summary>Sends short requests during an attack, as another caller does, and measures how long they take. It also measures the memory of
/// the service, and kills the process before it takes all memory of the machine.</summary>
/// <param name="http">Calls the service.</param>
/// <param name="process">The service's process id.</param>
/// <param name="maxMegabytes">Memory at which the process is killed, in MiB.</param>
/// <param name="end">Kills the process.</param>
internal sealed class Bystander(HttpClient http, int process, int maxMegabytes, Action end)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _times = [];

    /// <summary>The most memory that the process has had, in MiB.</summary>
    public long PeakMegabytes { get; private set; }

    public bool HasEndedProcess { get; private set; }

    public int Requests => _times.Count;

    /// <summary>The time within which this share of the requests was answered.</summary>
    public TimeSpan Percentile(double share) => _times.Count == 0 ? TimeSpan.Zero
        : _times.Order().ElementAt(Math.Min(_times.Count - 1, (int)(share * _times.Count)));

    /// <summary>Discards the times so far.</summary>
    public void ForgetTimes()
    {
        lock (_lock)
        {
            _times.Clear();
        }
    }

    public Task Watch(CancellationToken stop) => Task.WhenAll(SendRequests(stop), WatchMemory(stop));

    private async Task SendRequests(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            try
            {
                using var timeout = new CancellationTokenSource(Timeout);
                using var response = await http.GetAsync("/api/v1/datasets/study-hours", timeout.Token);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                // counts with the time that it took
            }

            lock (_lock)
            {
                _times.Add(Stopwatch.GetElapsedTime(start));
            }

            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    private async Task WatchMemory(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !HasEndedProcess)
        {
            var megabytes = ResidentMegabytes();
            PeakMegabytes = Math.Max(PeakMegabytes, megabytes);
            if (megabytes > maxMegabytes)
            {
                HasEndedProcess = true;
                end();
            }

            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    private long ResidentMegabytes()
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            return 0; // the process has ended
        }
    }
}

using System.Diagnostics;
using Velodrome.Processes;

namespace Velodrome.Abuse;

/// <summary>Starts a service for each attack, so that each has its own memory, and reports what happened.</summary>
/// <param name="build">The service to start.</param>
/// <param name="maxMegabytes">Memory at which a service is killed, in MiB.</param>
/// <param name="timeout">The longest time for an attack.</param>
internal sealed class Attacker(ServiceBuild build, int maxMegabytes, TimeSpan timeout)
{
    public const string Header = """
        | attack | seen before | expected | now | time | peak memory | 99% of short GETs |
        |---|---|---|---|---|---|---|
        """;

    /// <returns>A row of the report.</returns>
    public async Task<string> Try(Attack attack)
    {
        var folder = Directory.CreateTempSubdirectory("velodrome-abuse-");
        try
        {
            using var service = ServiceProcess.Start(
                build, ["--DataFolder", folder.FullName, "--MinFreeMegabytes", "1", .. attack.Settings], failpoint: null, _ => { });
            var address = await service.WaitUntilListening() ?? throw new InvalidOperationException("The service did not start.");
            return await Try(attack, service, address);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<string> Try(Attack attack, ServiceProcess service, Uri address)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        using var other = new HttpClient { BaseAddress = address };
        using var ends = new CancellationTokenSource(timeout);
        using var calm = new CancellationTokenSource();
        await other.GetAsync("/api/v1/datasets/study-hours"); // the first request compiles code
        var tally = new Tally();
        var bystander = new Bystander(other, service.Id, maxMegabytes, () =>
        {
            service.Kill();
            ends.Cancel();
        });
        var watching = bystander.Watch(calm.Token);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await attack.Run(new(http, tally, bystander.ForgetTimes, ends.Token));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            tally.Note(bystander.HasEndedProcess ? $"ended at {maxMegabytes} MiB"
                : service.HasExited ? $"the service has exited with {service.ExitCode}"
                : ends.IsCancellationRequested ? $"no answer within {timeout.TotalSeconds:F0} s"
                : failure.Message);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        calm.Cancel();
        await watching;
        return $"| {attack.Name} | {attack.Seen} | {attack.Expected} | {tally} | {elapsed.TotalSeconds:F1} s " +
            $"| {bystander.PeakMegabytes} MiB | {bystander.Percentile(0.99).TotalMilliseconds:F0} ms of {bystander.Requests} |";
    }
}

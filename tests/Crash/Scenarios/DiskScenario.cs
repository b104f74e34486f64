using System.Diagnostics;
using System.Net;
using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Processes;

namespace Velodrome.Crash.Scenarios;

/// <summary>Fills the disk while runs are posted and trained, and frees it again. It mounts a small disk, which only root may do.</summary>
public static class DiskScenario
{
    /// <summary>
    /// Room for all runs of the workload on a fast machine. A run whose checkpoints are stored in pieces keeps 6 MB.
    /// </summary>
    private const int DiskMegabytes = 512;

    /// <summary>Longer than three leases: a run that cannot be stored is claimed several times.</summary>
    private static readonly TimeSpan FullTime = TimeSpan.FromSeconds(50);

    /// <summary>The time for which the workload runs before the disk is filled, and after it is freed.</summary>
    private static readonly TimeSpan NormalTime = TimeSpan.FromSeconds(5);

    public static async Task<Report> Run(CrashOptions options, CancellationToken cancellationToken = default)
    {
        using var workspace = new Workspace(options with { Provider = Provider.Sqlite });
        var kinds = RunKinds.For(options.Engine);
        var goldenRuns = await GoldenRuns.TrainAll(options.Service, kinds, workspace.Folder);
        var dataFolder = Directory.CreateDirectory(Path.Combine(workspace.Folder, "data")).FullName;
        RunProgram("mount", "-t", "tmpfs", "-o", $"size={DiskMegabytes}m", "tmpfs", dataFolder);
        try
        {
            using var cluster = Cluster.OnSqlite(options.Service, workspace.Folder, settings: ["--MinFreeMegabytes", "8"]);
            using var testBed = new TestBed(cluster, goldenRuns, kinds, options.Seed);
            var checker = testBed.Checker;
            await cluster.Start();
            testBed.Start();
            await Task.Delay(NormalTime, cancellationToken);

            var filler = Path.Combine(dataFolder, "filler");
            FillDisk(filler);
            var (accepted, ended) = (checker.AcceptedRuns, EndedRuns(cluster));
            options.Progress($"The disk is full. {accepted} runs were accepted before.");
            await Task.Delay(FullTime, cancellationToken);
            using var readiness = await cluster.ApiNode.Http!.GetAsync("/health/ready", cancellationToken);
            if (readiness.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                checker.AddFinding(FindingKind.Broken, $"/health/ready returns {(int)readiness.StatusCode} while the disk is full");
            }

            var uploadResponse = await Upload(cluster.ApiNode.Http!);
            if (!uploadResponse.Contains("diskFull", StringComparison.Ordinal))
            {
                checker.AddFinding(FindingKind.Broken, $"an upload returns {uploadResponse} while the disk is full");
            }

            var (acceptedWhileFull, endedWhileFull) = (checker.AcceptedRuns - accepted, EndedRuns(cluster) - ended);
            File.Delete(filler);
            options.Progress("The disk has free space again.");
            await Task.Delay(NormalTime, cancellationToken);
            await testBed.Finish();
            return workspace.Finish(
            [
                .. testBed.Figures,
                ("accepted while full", Report.Format(acceptedWhileFull)),
                ("ended while full", Report.Format(endedWhileFull)),
                ("/health/ready while full", Report.Format((int)readiness.StatusCode)),
                ("response to an upload while full", uploadResponse),
            ], checker.Findings);
        }
        finally
        {
            RunProgram("umount", dataFolder);
        }
    }

    /// <summary>Uploads a table of 1 MB. A small one might fit in the space of a dataset that the workload has just deleted.</summary>
    private static async Task<string> Upload(HttpClient http)
    {
        var rows = string.Concat(Enumerable.Range(0, 100_000).Select(row => $"{row},{row % 100}\n"));
        using var body = new StringContent("hours,score\n" + rows, null, "text/csv");
        using var response = await http.PostAsync("/api/v1/datasets?name=while-full", body);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    private static int EndedRuns(Cluster cluster) => cluster.Database.AllRuns().Count(run => run.FinishedAt is not null);

    private static void FillDisk(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var block = new byte[4096]; ;)
            {
                stream.Write(block);
            }
        }
        catch (IOException)
        {
            // the disk is full
        }
    }

    private static void RunProgram(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new NotSupportedException(
                $"{program} {string.Join(' ', arguments)} failed. This scenario mounts a small disk: run it as root on Linux.");
        }
    }
}

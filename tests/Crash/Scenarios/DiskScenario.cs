using System.Diagnostics;
using System.Net;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Scenarios;

/// <summary>The disk is full while runs are posted and trained, and has room again later. A small disk is mounted, for which one must be root.</summary>
public static class DiskScenario
{
    private static readonly TimeSpan Full = TimeSpan.FromSeconds(20);

    public static async Task<Report> Run(CrashOptions options, CancellationToken cancellationToken = default)
    {
        using var workshop = new BuildFolder(options with { Provider = Provider.Sqlite });
        var kinds = RunKinds.ForEngine(options.Engine);
        var golden = await GoldenRuns.TrainAll(options.Service, kinds, workshop.Folder);
        var data = Directory.CreateDirectory(Path.Combine(workshop.Folder, "data")).FullName;
        Shell("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", data);
        try
        {
            using var cluster = Cluster.OnSqlite(options.Service, workshop.Folder, settings: ["--MinFreeMegabytes", "8"]);
            using var stand = new TestBed(cluster, golden, kinds, options.Seed);
            await cluster.Start();
            stand.Open();
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);

            var filler = Path.Combine(data, "filler");
            Fill(filler);
            var (accepted, ended) = (stand.Witness.AcceptedRuns, Ended(cluster));
            options.Progress($"The disk is full; {accepted} runs were accepted before.");
            await Task.Delay(Full, cancellationToken);
            using var ready = await cluster.Front.Http!.GetAsync("/health/ready", cancellationToken);
            if (ready.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                stand.Witness.Saw(Fault.Broken, $"the disk is full, and readiness says {(int)ready.StatusCode}");
            }

            var answer = await AnswerToUpload(cluster.Front.Http!);
            if (!answer.Contains("diskFull", StringComparison.Ordinal))
            {
                stand.Witness.Saw(Fault.Broken, $"the disk is full, and an upload is answered with {answer}");
            }

            var (acceptedWhileFull, endedWhileFull) = (stand.Witness.AcceptedRuns - accepted, Ended(cluster) - ended);
            File.Delete(filler);
            options.Progress("There is room again.");
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
            await stand.Close();
            return new(
            [
                .. stand.Figures,
                ("accepted while full", Report.Text(acceptedWhileFull)),
                ("ended while full", Report.Text(endedWhileFull)),
                ("readiness while full", Report.Text((int)ready.StatusCode)),
                ("answer to an upload while full", answer),
            ], workshop.Keep(stand.Witness.Findings));
        }
        finally
        {
            Shell("umount", data);
        }
    }

    /// <summary>Of a table of a megabyte: while it is full the disk may yet have room for a small one, where others have just deleted theirs.</summary>
    private static async Task<string> AnswerToUpload(HttpClient http)
    {
        using var body = new StringContent("hours,score\n" + string.Concat(Enumerable.Range(0, 100_000).Select(row => $"{row},{row % 100}\n")), null, "text/csv");
        using var answer = await http.PostAsync("/api/v1/datasets?name=while-full", body);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static int Ended(Cluster cluster) => cluster.Database.All().Count(run => run.FinishedAt is not null);

    private static void Fill(string file)
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
            // full
        }
    }

    private static void Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new NotSupportedException($"{program} {string.Join(' ', arguments)} failed: this scenario needs a small disk, which root can mount.");
        }
    }
}

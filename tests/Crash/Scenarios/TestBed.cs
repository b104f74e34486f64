using Velodrome.Crash.Checks;
using Velodrome.Crash.Requests;
using Velodrome.Processes;

namespace Velodrome.Crash.Scenarios;

/// <summary>Runs the workload and the watcher in the background while a scenario disturbs the cluster.</summary>
internal sealed class TestBed : IDisposable
{
    /// <summary>The runs are taken for stuck if none of their rows changes for this long.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(3);

    private readonly Cluster _cluster;
    private readonly DatasetChecker _datasets;
    private readonly CancellationTokenSource _stopWorkload = new();
    private readonly CancellationTokenSource _stopWatcher = new();
    private Task _workloadTask = Task.CompletedTask;
    private Task _watcherTask = Task.CompletedTask;

    public TestBed(Cluster cluster, IReadOnlyDictionary<string, GoldenRun> goldenRuns, IReadOnlyList<RunKind> kinds, int seed)
    {
        _cluster = cluster;
        Checker = new Checker(goldenRuns, RunKind.KindOf);
        _datasets = new DatasetChecker(Checker);
        Keys = new KeyChecker(Checker);
        Watcher = new Watcher(cluster, Checker, Recovery);
        Workload = new Workload(cluster, Checker, _datasets, Keys, Watcher, kinds, new Random(seed));
    }

    public Checker Checker { get; }

    public KeyChecker Keys { get; }

    public RecoveryTimer Recovery { get; } = new();

    public Watcher Watcher { get; }

    public Workload Workload { get; }

    public IEnumerable<(string Name, string Value)> Figures =>
    [
        ("runs accepted", Report.Format(Checker.AcceptedRuns)),
        ("epochs observed", Report.Format(Checker.ObservedEpochs)),
        ("keys made", Report.Format(Keys.Known.Count)),
    ];

    public void Start()
    {
        _workloadTask = RunInBackground(() => Workload.Run(_stopWorkload.Token));
        _watcherTask = RunInBackground(() => Watcher.Run(_stopWatcher.Token));
    }

    /// <summary>Stops the workload, waits until all runs have ended, and checks everything once more.</summary>
    public async Task Finish()
    {
        await _stopWorkload.CancelAsync();
        await _workloadTask;
        await Task.WhenAll(_cluster.Nodes.Select(node => node.WaitUntilListening()));
        await WaitUntilAllRunsHaveEnded();
        await _stopWatcher.CancelAsync();
        await _watcherTask;
        var rows = _cluster.Database.AllRuns();
        Checker.CheckRows(rows);
        await Watcher.CheckAllHistories(rows);
        Checker.CheckFinalRows(rows);
        foreach (var name in _datasets.Known)
        {
            _datasets.CheckFinal(name, await _cluster.ApiNode.Http!.GetDataset(name));
        }

        await Workload.CheckKeys(_cluster.ApiNode.Http!);
        await IntegrityCheck.Run(_cluster, Checker);
    }

    private async Task WaitUntilAllRunsHaveEnded()
    {
        var (active, changed) = (_cluster.Database.ActiveRuns(), DateTime.UtcNow);
        while (active.Count > 0 && DateTime.UtcNow < changed + StuckAfter)
        {
            await Task.Delay(100);
            var now = _cluster.Database.ActiveRuns();
            if (!now.Select(Progress).SequenceEqual(active.Select(Progress)))
            {
                (active, changed) = (now, DateTime.UtcNow);
            }
        }
    }

    /// <summary>What changes while a run makes progress. Its lease is renewed even if it does not.</summary>
    private static (long Id, int? LastEpoch) Progress(RunRow run) => (run.Id, run.LastEpoch);

    public void Dispose()
    {
        _stopWorkload.Cancel();
        _stopWatcher.Cancel();
        _stopWorkload.Dispose();
        _stopWatcher.Dispose();
    }

    private Task RunInBackground(Func<Task> work) => Task.Run(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            Checker.AddFinding(FindingKind.Broken, $"the harness itself failed: {failure}");
        }
    });
}

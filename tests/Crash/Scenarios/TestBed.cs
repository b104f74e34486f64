using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Scenarios;

/// <summary>Who calls the service and who watches it, while something is done to it.</summary>
internal sealed class TestBed : IDisposable
{
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(3);

    private readonly Cluster _cluster;
    private readonly DatasetWitness _datasets;
    private readonly CancellationTokenSource _callingEnds = new();
    private readonly CancellationTokenSource _watchingEnds = new();
    private Task _calling = Task.CompletedTask;
    private Task _watching = Task.CompletedTask;

    public TestBed(Cluster cluster, IReadOnlyDictionary<string, GoldenRun> golden, IReadOnlyList<RunKind> kinds, int seed)
    {
        _cluster = cluster;
        Witness = new Witness(golden, RunKind.OfName);
        _datasets = new DatasetWitness(Witness);
        Watcher = new Watcher(cluster, Witness, Recoveries);
        Traffic = new Traffic(cluster, Witness, _datasets, Watcher, kinds, new Random(seed));
    }

    public Witness Witness { get; }

    public Recoveries Recoveries { get; } = new();

    public Watcher Watcher { get; }

    public Traffic Traffic { get; }

    public IEnumerable<(string Name, string Value)> Figures =>
    [
        ("runs accepted", Report.Text(Witness.AcceptedRuns)),
        ("epochs seen", Report.Text(Witness.SeenEpochs)),
    ];

    public void Open() => (_calling, _watching) = (Begin(() => Traffic.Run(_callingEnds.Token)), Begin(() => Watcher.Run(_watchingEnds.Token)));

    /// <summary>No more calls: everything must end now, and be as it should.</summary>
    public async Task Close()
    {
        await EndOf(_callingEnds, _calling);
        await Task.WhenAll(_cluster.Nodes.Select(node => node.Listening()));
        for (var deadline = DateTime.UtcNow + WaitTimeout; _cluster.Database.Active().Count > 0 && DateTime.UtcNow < deadline;)
        {
            await Task.Delay(100);
        }

        await EndOf(_watchingEnds, _watching);
        var all = _cluster.Database.All();
        Witness.SawRows(all);
        await Watcher.LookAtAllHistories(all);
        Witness.SawAllAtTheEnd(all);
        foreach (var name in _datasets.Known)
        {
            _datasets.SawAtTheEnd(name, await _cluster.Front.Http!.Dataset(name));
        }

        await Integrity.Check(_cluster, Witness);
    }

    public void Dispose()
    {
        _callingEnds.Cancel();
        _watchingEnds.Cancel();
        _callingEnds.Dispose();
        _watchingEnds.Dispose();
    }

    private Task Begin(Func<Task> work) => Task.Run(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            Witness.Saw(Fault.Broken, $"the harness itself failed: {failure}");
        }
    });

    private static async Task EndOf(CancellationTokenSource ends, Task task)
    {
        await ends.CancelAsync();
        await task;
    }
}

using Velodrome.Crash.Checks;
using Velodrome.Crash.Service;

namespace Velodrome.Crash.Requests;

/// <summary>
/// Calls the service as its clients do. It posts runs, so that some are always queued, cancels a few, continues some and deletes some
/// that have ended; it uploads datasets and deletes some of them. Three of four posts of runs carry an Idempotency-Key and are sent
/// again until they are answered. All other calls are sent once.
/// </summary>
internal sealed class Workload(
    Cluster cluster, Checker checker, DatasetChecker datasets, Watcher watcher, IReadOnlyList<RunKind> kinds, Random random)
{
    private static readonly string[] Operations = ["submit", "cancel", "continue", "deleteRun", "deleteDataset"];

    private static readonly TimeSpan CallInterval = TimeSpan.FromMilliseconds(100);

    private readonly List<PostedRun> _posted = [];
    private int _lastNumber;

    /// <summary>
    /// The operation of the failpoint that a process is about to reach, or null. The workload then makes that operation happen soon.
    /// </summary>
    public string? WantedOperation { get; set; }

    /// <summary>
    /// No runs are posted while this many are queued or running. There are more than workers, because a run whose job was lost in a kill
    /// is enqueued again only after a minute, and the workers need other runs until then.
    /// </summary>
    private int MaxActiveRuns => cluster.Workers.Count() + WantedOperation switch
    {
        null => 3,
        "renew" => 6, // long runs
        _ => 12,
    };

    public async Task Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(CallInterval, CancellationToken.None);
            if (cluster.ApiNode.Http is { } http)
            {
                try
                {
                    await Call(http, Operations.Contains(WantedOperation) ? WantedOperation! : RandomOperation());
                }
                catch (HttpRequestException)
                {
                    // the process was killed meanwhile; if the call created a run, the watcher finds it in the database
                }
            }
        }
    }

    private Task Call(HttpClient http, string operation) => operation switch
    {
        "cancel" when Pick(watcher.ActiveRuns) is { } run => Cancel(http, run),
        "continue" when PickContinuation() is var (kind, parentId) => Continue(http, kind, parentId),
        "deleteRun" when Pick(DeletableRuns()) is { } run => DeleteRun(http, run),
        "deleteDataset" when Pick([.. datasets.Stored]) is { } name => DeleteDataset(http, name),
        "upload" or "deleteDataset" => Upload(http),
        _ when watcher.ActiveRuns.Count < MaxActiveRuns => Post(),
        _ => Task.CompletedTask,
    };

    private string RandomOperation() => random.Next(100) switch
    {
        < 2 => "cancel",
        < 5 => "continue",
        < 6 => "deleteRun",
        < 7 => "deleteDataset",
        < 9 => "upload",
        _ => "submit",
    };

    private async Task Post()
    {
        var candidates = kinds.Where(kind =>
            kind.Continues is null
            && kind.IsLong == (WantedOperation == "renew")
            && (WantedOperation != "continue" || IsContinued(kind))).ToList();
        var kind = candidates[random.Next(candidates.Count)];
        var name = kind.RunName(++_lastNumber);
        var id = random.Next(4) == 0 ? await cluster.ApiNode.Http!.PostRun(kind, name, key: null) : await PostUntilAnswered(kind, name);
        checker.RecordAccepted(id, name);
        _posted.Add(new(id, kind.Name));
    }

    private async Task<long> PostUntilAnswered(RunKind kind, string name)
    {
        while (true)
        {
            try
            {
                if (cluster.ApiNode.Http is { } http)
                {
                    return await http.PostRun(kind, name, key: name);
                }
            }
            catch (HttpRequestException failure) when (failure.StatusCode is not { } status || (int)status >= 500)
            {
                // the process was killed or its database is down; the key makes it safe to send the request again
            }

            await Task.Delay(CallInterval);
        }
    }

    private async Task Cancel(HttpClient http, RunRow run)
    {
        checker.RecordCancelRequested(run.Id);
        await http.CancelRun(run.Id);
    }

    /// <summary>Deletes a run. Its history is checked first, because it cannot be read afterwards.</summary>
    private async Task DeleteRun(HttpClient http, PostedRun run)
    {
        await watcher.CheckHistory(http, run.Id, after: -1);
        checker.RecordDeleteRequested(run.Id);
        await http.DeleteRun(run.Id);
        checker.RecordDeleted(run.Id);
    }

    private async Task Upload(HttpClient http)
    {
        var (name, csv) = ($"table-{++_lastNumber}", $"hours,score\n1,45\n2,{_lastNumber}\n");
        await http.PostDataset(name, csv);
        datasets.RecordStored(name, csv);
    }

    private async Task DeleteDataset(HttpClient http, string name)
    {
        datasets.RecordDeleteRequested(name);
        await http.DeleteDataset(name);
        datasets.RecordDeleted(name);
    }

    private async Task Continue(HttpClient http, RunKind kind, long parentId)
    {
        var name = kind.RunName(++_lastNumber);
        checker.RecordAccepted(await http.ContinueRun(parentId, kind.Continues!.Value.Epochs, name), name);
    }

    private bool IsContinued(RunKind kind) => kinds.Any(other => other.Continues?.Kind == kind.Name);

    private List<PostedRun> DeletableRuns() => [.. _posted.Where(run => checker.FinalStatus(run.Id) is not null)];

    /// <summary>Picks a kind that continues others, and a run that it can continue.</summary>
    private (RunKind Kind, long ParentId)? PickContinuation()
    {
        var continuations = kinds.Where(kind => kind.Continues is not null).SelectMany(kind => _posted
            .Where(run => run.Kind == kind.Continues!.Value.Kind && checker.FinalStatus(run.Id) == "Succeeded")
            .Select(run => (Kind: kind, ParentId: run.Id))).ToList();
        return continuations.Count == 0 ? null : Pick(continuations);
    }

    private T? Pick<T>(IReadOnlyList<T> choices) => choices.Count == 0 ? default : choices[random.Next(choices.Count)];

    private sealed record PostedRun(long Id, string Kind);
}

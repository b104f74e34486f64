using Velodrome.Crash.Checks;
using Velodrome.Processes;

namespace Velodrome.Crash.Requests;

/// <summary>
/// Calls the service as its clients do. It posts runs, so that some are always queued, cancels a few, continues some and deletes
/// some that have ended; it uploads datasets, appends rows to some and deletes some of them. Three of four posts of runs, and all
/// appended rows, carry an Idempotency-Key and are sent again until a response arrives. All other calls are sent once. If the
/// service has keys, it makes and revokes some, tries the newest ones after each restart, and tries all of them at the end.
/// </summary>
internal sealed class Workload(
    Cluster cluster, Checker checker, DatasetChecker datasets, KeyChecker keys, Watcher watcher, IReadOnlyList<RunKind> kinds,
    Random random)
{
    private static readonly string[] Operations =
        ["submit", "cancel", "continue", "deleteRun", "deleteDataset", "appendRows", "createKey", "revokeKey"];

    private static readonly string[] Roles = ["read", "write", "admin"];

    private static readonly TimeSpan CallInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The number of keys that are tried after a restart. Trying thousands of keys would take minutes.</summary>
    private const int KeysAfterRestart = 50;

    private readonly List<PostedRun> _posted = [];
    private int _lastNumber;

    /// <summary>The client of the last process whose keys were tried.</summary>
    private HttpClient? _lastHttp;

    /// <summary>
    /// The operation of the failpoint that a process is about to reach, or null. The workload then makes that operation happen soon.
    /// </summary>
    public string? WantedOperation { get; set; }

    /// <summary>
    /// No runs are posted while this many are queued or running. This is more than there are workers, because a run whose job was lost
    /// in a kill is enqueued again only after a minute, and the workers need other runs until then.
    /// </summary>
    private int MaxActiveRuns => cluster.Workers.Count() + WantedOperation switch
    {
        null => 3,
        "renew" => 6, // long runs
        _ => 12,
    };

    /// <summary>A workload that sends no key must not make the first one, which would shut it out.</summary>
    private bool HasKeys => keys.Known.Count > 0;

    public async Task Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(CallInterval, CancellationToken.None);
            if (cluster.ApiNode.Http is { } http)
            {
                try
                {
                    await CheckKeysAfterRestart(http);
                    await Call(http, Operations.Contains(WantedOperation) ? WantedOperation! : RandomOperation());
                }
                catch (HttpRequestException)
                {
                    // the process was killed during the call; if it created a run, the watcher finds it in the database
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
        "appendRows" when Pick([.. datasets.Stored]) is { } name => AppendRows(name),
        "upload" or "deleteDataset" or "appendRows" => Upload(http),
        "revokeKey" when Pick([.. keys.Active.Where(key => key.Id is not null)]) is { } key => RevokeKey(http, key),
        "createKey" or "revokeKey" => CreateKey(http),
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
        < 11 => "appendRows",
        < 25 when HasKeys => "createKey",
        < 35 when HasKeys => "revokeKey",
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

    private Task<long> PostUntilAnswered(RunKind kind, string name) => UntilAnswered(http => http.PostRun(kind, name, key: name));

    private async Task<T> UntilAnswered<T>(Func<HttpClient, Task<T>> call)
    {
        while (true)
        {
            try
            {
                if (cluster.ApiNode.Http is { } http)
                {
                    return await call(http);
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

    private async Task AppendRows(string name)
    {
        var (key, rows) = ($"rows-{++_lastNumber}", $"3,{_lastNumber}\n");
        await UntilAnswered(http => http.PostRows(name, $"hours,score\n{rows}", key));
        datasets.RecordAppended(name, rows);
    }

    private async Task DeleteDataset(HttpClient http, string name)
    {
        datasets.RecordDeleteRequested(name);
        await http.DeleteDataset(name);
        datasets.RecordDeleted(name);
    }

    /// <summary>Tries every key that was made.</summary>
    public Task CheckKeys(HttpClient http) => CheckKeys(http, keys.Known);

    private async Task CheckKeys(HttpClient http, IEnumerable<KnownKey> known)
    {
        foreach (var key in known.ToList())
        {
            keys.Check(key, await http.GetRole(key));
        }
    }

    private async Task CreateKey(HttpClient http)
    {
        var key = await http.PostKey($"key-{++_lastNumber}", Roles[random.Next(Roles.Length)]);
        keys.RecordMade(key);
        keys.Check(key, await http.GetRole(key));
    }

    private async Task RevokeKey(HttpClient http, KnownKey key)
    {
        keys.RecordRevokeRequested(key);
        await http.RevokeKey(key.Id!.Value);
        keys.RecordRevoked(key);
        keys.Check(key, await http.GetRole(key));
    }

    private async Task CheckKeysAfterRestart(HttpClient http)
    {
        if (http != _lastHttp)
        {
            await CheckKeys(http, keys.Known.TakeLast(KeysAfterRestart));
            _lastHttp = http;
        }
    }

    private async Task Continue(HttpClient http, RunKind kind, long parentId)
    {
        var name = kind.RunName(++_lastNumber);
        checker.RecordAccepted(await http.ContinueRun(parentId, kind.Continues!.Value.Epochs, name), name);
    }

    private bool IsContinued(RunKind kind) => kinds.Any(other => other.Continues?.Kind == kind.Name);

    private List<PostedRun> DeletableRuns() => [.. _posted.Where(run => checker.FinalStatus(run.Id) is not null)];

    /// <summary>Picks a kind of run that continues runs of another kind, and a run for it to continue.</summary>
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

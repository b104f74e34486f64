using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Requests;

/// <summary>
/// Callers: they post runs, so that some always wait, cancel a few, continue others and delete some that have ended; they upload
/// tables and delete some of those. Most posts of runs have an Idempotency-Key and are tried again until they are answered; all
/// other calls are made once.
/// </summary>
internal sealed class Traffic(Cluster cluster, Witness witness, DatasetWitness datasets, Watcher watcher, IReadOnlyList<RunKind> kinds, Random random)
{
    private static readonly string[] Calls = ["accept", "cancel", "continue", "deleteRun", "deleteDataset"];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<Posted> _posted = [];
    private int _number;

    /// <summary>The operation that a process waits to be killed at: it should not have to wait long; null for none.</summary>
    public string? Wanted { get; set; }

    /// <summary>Some always wait. A run whose bell was lost in a kill waits for a minute, and nobody may wait for work because of that.</summary>
    private int MostActive => cluster.Workers.Count() + Wanted switch
    {
        null => 3,
        "renew" => 6, // of runs that last
        _ => 12,
    };

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Pause, CancellationToken.None);
            if (cluster.Front.Http is { } http)
            {
                try
                {
                    await Call(http, Calls.Contains(Wanted) ? Wanted! : Choice());
                }
                catch (HttpRequestException)
                {
                    // it was killed meanwhile: whether a run was made of the call will be seen
                }
            }
        }
    }

    private Task Call(HttpClient http, string operation) => operation switch
    {
        "cancel" when Any(watcher.Active) is { } run => Cancel(http, run),
        "continue" when Continuable() is var (kind, parent) => Continue(http, kind, parent),
        "deleteRun" when Any(Deletable()) is { } run => DeleteRun(http, run),
        "deleteDataset" when Any([.. datasets.Stored]) is { } name => DeleteDataset(http, name),
        "upload" or "deleteDataset" => Upload(http),
        _ when watcher.Active.Count < MostActive => Post(),
        _ => Task.CompletedTask,
    };

    private string Choice() => random.Next(100) switch
    {
        < 2 => "cancel",
        < 5 => "continue",
        < 6 => "deleteRun",
        < 7 => "deleteDataset",
        < 9 => "upload",
        _ => "accept",
    };

    private async Task Post()
    {
        var fresh = kinds.Where(kind => kind.Continues is null && kind.Lasts == (Wanted == "renew") && (Wanted != "continue" || IsContinued(kind))).ToList();
        var kind = fresh[random.Next(fresh.Count)];
        var name = kind.NameOf(++_number);
        var id = random.Next(4) == 0 ? await cluster.Front.Http!.PostRun(kind, name, key: null) : await PostUntilAnswered(kind, name);
        witness.SawAccepted(id, name);
        _posted.Add(new(id, kind.Name));
    }

    private async Task<long> PostUntilAnswered(RunKind kind, string name)
    {
        while (true)
        {
            try
            {
                if (cluster.Front.Http is { } http)
                {
                    return await http.PostRun(kind, name, key: name);
                }
            }
            catch (HttpRequestException failure) when (failure.StatusCode is not { } status || (int)status >= 500)
            {
                // killed, or without its database: the key says that it is the same run
            }

            await Task.Delay(Pause);
        }
    }

    private async Task Cancel(HttpClient http, RunRow run)
    {
        witness.SawCancelAsked(run.Id);
        await http.CancelRun(run.Id);
    }

    /// <summary>Deletes a run, after a last look: nobody can look later.</summary>
    private async Task DeleteRun(HttpClient http, Posted run)
    {
        await watcher.LookAtHistory(http, run.Id, after: -1);
        witness.SawDeleteAsked(run.Id);
        await http.DeleteRun(run.Id);
        witness.SawDeleted(run.Id);
    }

    private async Task Upload(HttpClient http)
    {
        var (name, csv) = ($"table-{++_number}", $"hours,score\n1,45\n2,{_number}\n");
        await http.PostDataset(name, csv);
        datasets.SawStored(name, csv);
    }

    private async Task DeleteDataset(HttpClient http, string name)
    {
        datasets.SawDeleteAsked(name);
        await http.DeleteDataset(name);
        datasets.SawDeleted(name);
    }

    private async Task Continue(HttpClient http, RunKind kind, long parent)
    {
        var name = kind.NameOf(++_number);
        witness.SawAccepted(await http.ContinueRun(parent, kind.Continues!.Value.Epochs, name), name);
    }

    private bool IsContinued(RunKind kind) => kinds.Any(other => other.Continues?.Kind == kind.Name);

    private List<Posted> Deletable() => [.. _posted.Where(run => witness.EndedAs(run.Id) is not null)];

    /// <summary>A run that has ended, and the kind of run that goes on from it.</summary>
    private (RunKind Kind, long Parent)? Continuable() => Any(
        [.. kinds.Where(kind => kind.Continues is not null).SelectMany(kind => _posted
            .Where(run => run.Kind == kind.Continues!.Value.Kind && witness.EndedAs(run.Id) == "Succeeded")
            .Select(run => (Kind: kind, Parent: run.Id)))]) is { Kind: not null } found ? found : null;

    private T? Any<T>(IReadOnlyList<T> choices) => choices.Count == 0 ? default : choices[random.Next(choices.Count)];

    private sealed record Posted(long Id, string Kind);
}

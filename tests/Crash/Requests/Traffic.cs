using Velodrome.Crash.Service;
using Velodrome.Crash.Witnesses;

namespace Velodrome.Crash.Requests;

/// <summary>
/// Callers: they post runs, so that some always wait, cancel a few and continue others. Most send an Idempotency-Key and try
/// again until they are answered; the others try once.
/// </summary>
internal sealed class Traffic(Cluster cluster, Witness witness, Watcher watcher, IReadOnlyList<RunKind> kinds, Random random)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<(long Id, string Kind)> _posted = [];
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
                    await Call(http, Wanted is "accept" or "cancel" or "continue" ? Wanted : Choice());
                }
                catch (HttpRequestException)
                {
                    // it was killed meanwhile: whether a run was made of the call will be seen
                }
            }
        }
    }

    private Task Call(HttpClient http, string? operation) => operation switch
    {
        "cancel" when Any(watcher.Active) is { } run => Cancel(http, run),
        "continue" when Continuable() is var (kind, parent) => Continue(http, kind, parent),
        null => Task.CompletedTask,
        _ => Post(),
    };

    private string? Choice() => random.Next(100) switch
    {
        < 2 => "cancel",
        < 5 => "continue",
        _ => watcher.Active.Count < MostActive ? "accept" : null,
    };

    private async Task Post()
    {
        var fresh = kinds.Where(kind => kind.Continues is null && kind.Lasts == (Wanted == "renew")).ToList();
        var kind = fresh[random.Next(fresh.Count)];
        var name = kind.NameOf(++_number);
        var id = random.Next(4) == 0 ? await cluster.Front.Http!.PostRun(kind, name, key: null) : await PostUntilAnswered(kind, name);
        witness.SawAccepted(id, name);
        _posted.Add((id, kind.Name));
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

    private async Task Continue(HttpClient http, RunKind kind, long parent)
    {
        var name = kind.NameOf(++_number);
        witness.SawAccepted(await http.ContinueRun(parent, kind.Continues!.Value.Epochs, name), name);
    }

    /// <summary>A run that has ended, and the kind of run that goes on from it.</summary>
    private (RunKind Kind, long Parent)? Continuable() => Any(
        [.. kinds.Where(kind => kind.Continues is not null).SelectMany(kind => _posted
            .Where(run => run.Kind == kind.Continues!.Value.Kind && witness.EndedAs(run.Id) == "Succeeded")
            .Select(run => (Kind: kind, Parent: run.Id)))]) is { Kind: not null } found ? found : null;

    private T? Any<T>(IReadOnlyList<T> choices) => choices.Count == 0 ? default : choices[random.Next(choices.Count)];
}

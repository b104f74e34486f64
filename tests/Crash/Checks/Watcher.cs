using System.Data.Common;
using System.Diagnostics;
using Velodrome.Crash.Requests;
using Velodrome.Processes;

namespace Velodrome.Crash.Checks;

/// <summary>Polls the rows in the database and the histories over HTTP, and passes them to the checker.</summary>
internal sealed class Watcher(Cluster cluster, Checker checker, RecoveryTimer recovery)
{
    private static readonly TimeSpan RowsInterval = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan HistoriesInterval = TimeSpan.FromMilliseconds(200);

    private IReadOnlyList<RunRow> _activeRuns = [];

    /// <summary>The client of the last process whose complete histories were read.</summary>
    private HttpClient? _lastHttp;

    /// <summary>The runs that were queued or running when the rows were last read.</summary>
    public IReadOnlyList<RunRow> ActiveRuns => Volatile.Read(ref _activeRuns);

    public async Task Run(CancellationToken cancellationToken)
    {
        for (var lastRead = 0L; !cancellationToken.IsCancellationRequested; await Task.Delay(RowsInterval, CancellationToken.None))
        {
            var before = ActiveRuns;
            CheckRows();

            // After a restart, histories are not read until the interrupted runs have recovered: so many calls would delay
            // training, and the rows already show whether an epoch is missing.
            if (cluster.ApiNode.Http is { } http
                && Stopwatch.GetElapsedTime(lastRead) >= HistoriesInterval
                && (http == _lastHttp || recovery.AllRecovered))
            {
                lastRead = Stopwatch.GetTimestamp();
                await CheckHistories(http, before.Concat(ActiveRuns).Select(run => run.Id).Distinct());
            }
        }
    }

    /// <summary>Checks the complete history of each run.</summary>
    public async Task CheckAllHistories(IEnumerable<RunRow> runs)
    {
        foreach (var run in runs)
        {
            await CheckHistory(cluster.ApiNode.Http!, run.Id, after: -1);
        }
    }

    /// <summary>Checks the epochs after a given one; -1 checks all of them.</summary>
    public async Task CheckHistory(HttpClient http, long id, int after)
    {
        if (await http.GetHistory(id, after) is { } epochs)
        {
            checker.CheckHistory(id, after, epochs);
        }
        else
        {
            checker.CheckNotFound(id);
        }
    }

    private void CheckRows()
    {
        // After a kill the next service process must be the first to open the SQLite file, because opening it repairs it.
        if (cluster.Provider == Provider.Sqlite && cluster.ApiNode.Http is null)
        {
            return;
        }

        try
        {
            var active = cluster.Database.ActiveRuns();
            checker.CheckRows(active);
            checker.CheckRows(cluster.Database.Runs(ActiveRuns.Select(run => run.Id).Except(active.Select(run => run.Id))));
            recovery.Update(active);
            Volatile.Write(ref _activeRuns, active);
        }
        catch (DbException)
        {
            // the database is starting or restarting
        }
    }

    /// <summary>Checks the complete histories for the first time after a restart, and later only what is new.</summary>
    private async Task CheckHistories(HttpClient http, IEnumerable<long> runIds)
    {
        var complete = http != _lastHttp;
        try
        {
            foreach (var id in runIds)
            {
                await CheckHistory(http, id, complete ? -1 : checker.LastObservedEpoch(id));
            }

            _lastHttp = http;
        }
        catch (HttpRequestException)
        {
            // the process was killed during the request
        }
    }
}

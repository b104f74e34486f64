using System.Data.Common;
using System.Diagnostics;
using Velodrome.Crash.Requests;
using Velodrome.Crash.Service;

namespace Velodrome.Crash.Witnesses;

/// <summary>Looks at the service all the time, at its rows from outside and at its histories over HTTP, and tells the witness.</summary>
internal sealed class Watcher(Cluster cluster, Witness witness, Recoveries recoveries)
{
    private static readonly TimeSpan RowsInterval = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan HistoriesInterval = TimeSpan.FromMilliseconds(200);

    private IReadOnlyList<RunRow> _active = [];
    private HttpClient? _checked;

    /// <summary>Runs that had not ended at the last look.</summary>
    public IReadOnlyList<RunRow> Active => Volatile.Read(ref _active);

    public async Task Run(CancellationToken stop)
    {
        for (var last = 0L; !stop.IsCancellationRequested; await Task.Delay(RowsInterval, CancellationToken.None))
        {
            var before = Active;
            LookAtRows();
            if (cluster.Front.Http is { } http && Stopwatch.GetElapsedTime(last) >= HistoriesInterval && (http == _checked || recoveries.AllTrain))
            {
                last = Stopwatch.GetTimestamp();
                await LookAtHistories(http, before.Concat(Active).Select(run => run.Id).Distinct());
            }
        }
    }

    /// <summary>Every run's complete history.</summary>
    public async Task LookAtAllHistories(IEnumerable<RunRow> runs)
    {
        foreach (var run in runs)
        {
            await LookAtHistory(cluster.Front.Http!, run.Id, after: -1);
        }
    }

    /// <summary>A run's history beyond an epoch; -1 for all of it.</summary>
    public async Task LookAtHistory(HttpClient http, long id, int after)
    {
        if (await http.History(id, after) is { } epochs)
        {
            witness.SawHistory(id, after, epochs);
        }
        else
        {
            witness.SawMissing(id);
        }
    }

    private void LookAtRows()
    {
        // Nobody opens the SQLite file of a dead process before the next one does: that would repair it.
        if (cluster.Provider == Provider.Sqlite && cluster.Front.Http is null)
        {
            return;
        }

        try
        {
            var active = cluster.Database.Active();
            witness.SawRows(active);
            witness.SawRows(cluster.Database.Runs(Active.Select(run => run.Id).Except(active.Select(run => run.Id))));
            recoveries.Look(active);
            Volatile.Write(ref _active, active);
        }
        catch (DbException)
        {
            // the database is being started or restarted
        }
    }

    /// <summary>
    /// The first time after a start all that there is, later what is new. A service that was just started is left in peace until
    /// its interrupted runs train again: so many questions would take it longer than training does, and its rows tell if an epoch is gone.
    /// </summary>
    private async Task LookAtHistories(HttpClient http, IEnumerable<long> runs)
    {
        var complete = http != _checked;
        try
        {
            foreach (var id in runs)
            {
                await LookAtHistory(http, id, complete ? -1 : witness.LastSeen(id));
            }

            _checked = http;
        }
        catch (HttpRequestException)
        {
            // killed meanwhile
        }
    }
}

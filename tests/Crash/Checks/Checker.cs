using System.Globalization;
using Velodrome.Processes;

namespace Velodrome.Crash.Checks;

/// <summary>
/// Records what the service accepted and returned, and adds a finding for each later observation that contradicts it. It reads nothing
/// itself: <see cref="Watcher"/> and <see cref="Requests.Workload"/> pass in what they observe.
/// </summary>
/// <param name="goldenRuns">The undisturbed run of each kind.</param>
/// <param name="kindOf">Maps a run's name to its kind.</param>
public sealed class Checker(IReadOnlyDictionary<string, GoldenRun> goldenRuns, Func<string, string> kindOf)
{
    private readonly Dictionary<long, RunState> _runs = [];
    private readonly HashSet<(FindingKind, long)> _reported = [];
    private readonly List<Finding> _findings = [];
    private readonly Lock _lock = new();

    /// <summary>The findings, at most one of each kind for each run.</summary>
    public IReadOnlyList<Finding> Findings
    {
        get
        {
            lock (_lock)
            {
                return [.. _findings];
            }
        }
    }

    /// <summary>The number of runs that the service accepted with 202.</summary>
    public int AcceptedRuns
    {
        get
        {
            lock (_lock)
            {
                return _runs.Values.Count(run => run.Accepted);
            }
        }
    }

    public long ObservedEpochs
    {
        get
        {
            lock (_lock)
            {
                return _runs.Values.Sum(run => (long)run.Epochs.Count);
            }
        }
    }

    /// <summary>Records that the service accepted the run with 202.</summary>
    public void RecordAccepted(long id, string name) => Locked(() => GetOrAdd(id, name).Accepted = true);

    /// <summary>Records a request to cancel the run, whether or not a response arrives.</summary>
    public void RecordCancelRequested(long id) => Locked(() => _runs[id].CancelRequested = true);

    /// <summary>Records a request to delete an ended run. Even if no response arrives, the run may be missing from now on.</summary>
    public void RecordDeleteRequested(long id) => Locked(() =>
    {
        var run = _runs[id];
        CheckEnd(run, run.FinalRow!);
        run.DeleteRequested = true;
    });

    /// <summary>Records that the service confirmed the deletion.</summary>
    public void RecordDeleted(long id) => Locked(() => _runs[id].Deleted = true);

    /// <param name="id">The run's id.</param>
    /// <param name="after">The history was requested from the epoch after this one; -1 for all epochs.</param>
    /// <param name="epochs">In the order of the response.</param>
    public void CheckHistory(long id, int after, IReadOnlyList<ObservedEpoch> epochs) => Locked(() =>
    {
        var run = _runs[id];
        if (run.DeleteRequested && epochs.Count == 0)
        {
            return; // the run was deleted while its history was read
        }

        var expected = after + 1;
        foreach (var epoch in epochs)
        {
            if (epoch.Number != expected)
            {
                var kind = epoch.Number < expected ? FindingKind.Duplicated : FindingKind.Lost;
                AddFinding(kind, $"epoch {expected - 1} is followed by epoch {epoch.Number}", id);
                return;
            }

            CheckEpoch(id, run, epoch);
            expected++;
        }

        if (expected < run.Epochs.Count)
        {
            AddFinding(FindingKind.Lost, $"epoch {run.Epochs.Count - 1} was shown before, and now the last epoch is {expected - 1}", id);
        }
    });

    /// <summary>Records that the service returned 404 for the run.</summary>
    public void CheckNotFound(long id) => Locked(() =>
    {
        if (!_runs[id].DeleteRequested)
        {
            AddFinding(FindingKind.Lost, $"'{_runs[id].Name}' is missing", id);
        }
    });

    /// <param name="rows">Some or all rows of the database.</param>
    public void CheckRows(IEnumerable<RunRow> rows) => Locked(() =>
    {
        foreach (var row in rows)
        {
            CheckRow(GetOrAdd(row.Id, row.Name), row);
        }
    });

    /// <param name="rows">All rows of the database, after every run should have ended.</param>
    public void CheckFinalRows(IReadOnlyList<RunRow> rows)
    {
        CheckRows(rows);
        Locked(() =>
        {
            var ids = rows.Select(row => row.Id).ToHashSet();
            foreach (var (id, run) in _runs.Where(run => run.Value is { Accepted: true, DeleteRequested: false } && !ids.Contains(run.Key)))
            {
                AddFinding(FindingKind.Lost, $"'{run.Name}' was accepted and is missing", id);
            }

            foreach (var row in rows)
            {
                CheckEnd(_runs[row.Id], row);
            }

            foreach (var row in rows.Where(row => _runs[row.Id].Deleted))
            {
                AddFinding(FindingKind.Duplicated, $"'{row.Name}' still exists after its deletion was confirmed", row.Id);
            }

            foreach (var copies in rows.GroupBy(row => row.Name).Where(group => group.Count() > 1))
            {
                AddFinding(FindingKind.Duplicated, $"'{copies.Key}' was posted once and exists {copies.Count()} times", copies.Last().Id);
            }
        });
    }

    /// <summary>Adds a finding. For a run, only the first finding of each kind is kept.</summary>
    public void AddFinding(FindingKind kind, string message, long? runId = null) => Locked(() =>
    {
        if (runId is not { } id || _reported.Add((kind, id)))
        {
            _findings.Add(new(kind, runId, message));
        }
    });

    /// <summary>The last epoch that the service showed of a run, or -1.</summary>
    public int LastObservedEpoch(long id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out var run) ? run.Epochs.Count - 1 : -1;
        }
    }

    /// <summary>The status of a run that has ended, or null if it has not ended or may have been deleted.</summary>
    public string? FinalStatus(long id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out var run) && !run.DeleteRequested ? run.FinalRow?.Status : null;
        }
    }

    private void CheckEpoch(long id, RunState run, ObservedEpoch epoch)
    {
        if (epoch.Number >= run.Epochs.Count)
        {
            run.Epochs.Add(epoch);
        }
        else if (run.Epochs[epoch.Number] != epoch)
        {
            AddFinding(FindingKind.Differing, $"epoch {epoch.Number} changed", id);
        }

        var golden = goldenRuns[run.Kind].Epochs;
        if (epoch.Number >= golden.Count || golden[epoch.Number] != epoch)
        {
            AddFinding(FindingKind.Differing, $"epoch {epoch.Number} of '{run.Name}' differs from the golden run", id);
        }
    }

    private void CheckRow(RunState run, RunRow row)
    {
        if (row.Name != run.Name)
        {
            AddFinding(FindingKind.Lost, $"'{run.Name}' became '{row.Name}'", row.Id);
        }

        if (row.Token < run.Token)
        {
            AddFinding(FindingKind.Stale, $"the token decreased from {run.Token} to {row.Token}", row.Id);
        }

        if (run.Epochs.Count - 1 is var shown && shown > (row.LastEpoch ?? -1))
        {
            var last = row.LastEpoch?.ToString(CultureInfo.InvariantCulture) ?? "none";
            AddFinding(FindingKind.Lost, $"epoch {shown} was shown before, and now the last epoch is {last}", row.Id);
        }

        if (run.FinalRow is { } end
            && (row.Status, row.FinishedAt, row.WeightsSha256, row.Token) != (end.Status, end.FinishedAt, end.WeightsSha256, end.Token))
        {
            AddFinding(FindingKind.Duplicated,
                $"ended as {end.Status} with token {end.Token}, and is now {row.Status} with token {row.Token}", row.Id);
        }

        run.Token = row.Token;
        run.FinalRow ??= row.FinishedAt is null ? null : row;
    }

    private void CheckEnd(RunState run, RunRow row)
    {
        var golden = goldenRuns[run.Kind];
        if (row.FinishedAt is null)
        {
            AddFinding(FindingKind.Lost, $"'{row.Name}' did not end: {row}", row.Id);
        }
        else if (row.Status == "Cancelled" && run.CancelRequested)
        {
            return; // CheckEpoch has already compared the epochs that it has
        }
        else if (row.Status != golden.Status || row.WeightsSha256 != golden.WeightsSha256)
        {
            AddFinding(FindingKind.Differing,
                $"'{row.Name}' ended as {row.Status} with weights {row.WeightsSha256} and error {row.Error ?? "none"}; " +
                $"the golden run is {golden.Status} with weights {golden.WeightsSha256}", row.Id);
        }
        else if (run.Epochs.Count != golden.Epochs.Count)
        {
            AddFinding(FindingKind.Lost, $"'{row.Name}' has {run.Epochs.Count} epochs, the golden run {golden.Epochs.Count}", row.Id);
        }
    }

    private RunState GetOrAdd(long id, string name) =>
        _runs.TryGetValue(id, out var run) ? run : _runs[id] = new(name, kindOf(name));

    /// <remarks>May be nested: the lock is reentrant.</remarks>
    private void Locked(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }

    private sealed class RunState(string name, string kind)
    {
        public string Name { get; } = name;

        public string Kind { get; } = kind;

        public bool Accepted { get; set; }

        public bool CancelRequested { get; set; }

        public bool DeleteRequested { get; set; }

        public bool Deleted { get; set; }

        /// <summary>The last fencing token observed.</summary>
        public long Token { get; set; }

        /// <summary>The first row that showed the run as ended.</summary>
        public RunRow? FinalRow { get; set; }

        /// <summary>Indexed by epoch number.</summary>
        public List<ObservedEpoch> Epochs { get; } = [];
    }
}

using System.Globalization;

namespace Velodrome.Crash.Witnesses;

/// <summary>
/// Remembers all that was promised and shown, and says what no longer agrees with it. It is told what was seen, and asks nobody.
/// </summary>
/// <param name="golden">How each kind of run comes out undisturbed.</param>
/// <param name="kindOf">A run's kind, by its name.</param>
public sealed class Witness(IReadOnlyDictionary<string, GoldenRun> golden, Func<string, string> kindOf)
{
    private readonly Dictionary<long, Memory> _runs = [];
    private readonly HashSet<(Fault, long?)> _told = [];
    private readonly List<Finding> _findings = [];
    private readonly Lock _lock = new();

    /// <summary>The first of each kind for each run.</summary>
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

    /// <summary>Runs that were answered with 202.</summary>
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

    public long SeenEpochs
    {
        get
        {
            lock (_lock)
            {
                return _runs.Values.Sum(run => (long)run.Epochs.Count);
            }
        }
    }

    /// <summary>A run was answered with 202.</summary>
    public void SawAccepted(long id, string name) => Locked(() =>
    {
        var run = Of(id, name);
        run.Accepted = true;
    });

    /// <summary>Somebody asked for the run to be cancelled, whether or not an answer came.</summary>
    public void SawCancelAsked(long id) => Locked(() => _runs[id].CancelAsked = true);

    /// <summary>Somebody asked for a run to be deleted that has ended, whether or not an answer came: from now on it may be gone.</summary>
    public void SawDeleteAsked(long id) => Locked(() =>
    {
        var run = _runs[id];
        CheckEnd(run, run.End!);
        run.DeleteAsked = true;
    });

    /// <summary>The run was answered to be deleted.</summary>
    public void SawDeleted(long id) => Locked(() => _runs[id].Deleted = true);

    /// <summary>The history of a run, all of it beyond an epoch.</summary>
    /// <param name="id">The run.</param>
    /// <param name="after">-1 for all of it.</param>
    /// <param name="epochs">In the order in which they were shown.</param>
    public void SawHistory(long id, int after, IReadOnlyList<SeenEpoch> epochs) => Locked(() =>
    {
        var run = _runs[id];
        if (run.DeleteAsked && epochs.Count == 0)
        {
            return; // it went while it was read
        }

        var expected = after + 1;
        foreach (var epoch in epochs)
        {
            if (epoch.Number != expected)
            {
                Tell(epoch.Number < expected ? Fault.Duplicated : Fault.Lost, id, $"after epoch {expected - 1} comes {epoch.Number}");
                return;
            }

            Compare(id, run, epoch);
            expected++;
        }

        if (expected < run.Epochs.Count)
        {
            Tell(Fault.Lost, id, $"epoch {run.Epochs.Count - 1} was shown, and now the last is {expected - 1}");
        }
    });

    /// <summary>The service knows no such run.</summary>
    public void SawMissing(long id) => Locked(() =>
    {
        if (!_runs[id].DeleteAsked)
        {
            Tell(Fault.Lost, id, $"\"{_runs[id].Name}\" is not there");
        }
    });

    /// <summary>Rows of the database; some or all.</summary>
    public void SawRows(IEnumerable<RunRow> rows) => Locked(() =>
    {
        foreach (var row in rows)
        {
            Check(Of(row.Id, row.Name), row);
        }
    });

    /// <summary>All rows of the database, once everything should have ended.</summary>
    public void SawAllAtTheEnd(IReadOnlyList<RunRow> rows)
    {
        SawRows(rows);
        Locked(() =>
        {
            var there = rows.ToDictionary(row => row.Id);
            foreach (var (id, run) in _runs.Where(run => run.Value is { Accepted: true, DeleteAsked: false } && !there.ContainsKey(run.Key)))
            {
                Tell(Fault.Lost, id, $"\"{run.Name}\" was accepted and is not there");
            }

            foreach (var row in rows)
            {
                CheckEnd(_runs[row.Id], row);
            }

            foreach (var row in rows.Where(row => _runs[row.Id].Deleted))
            {
                Tell(Fault.Duplicated, row.Id, $"\"{row.Name}\" was answered to be deleted and is there");
            }

            foreach (var twice in rows.GroupBy(row => row.Name).Where(same => same.Count() > 1))
            {
                Tell(Fault.Duplicated, twice.Last().Id, $"\"{twice.Key}\" was posted once and is there {twice.Count()} times");
            }
        });
    }

    /// <summary>Somebody wrote who had lost the run.</summary>
    public void SawStaleWrite(long id, string sentence) => Locked(() => Tell(Fault.Stale, id, sentence));

    /// <summary>Something that is no run's.</summary>
    public void Saw(Fault fault, string sentence) => Locked(() => _findings.Add(new(fault, null, sentence)));

    /// <summary>The last epoch that was shown of a run; -1 for none.</summary>
    public int LastSeen(long id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out var run) ? run.Epochs.Count - 1 : -1;
        }
    }

    /// <summary>A run's status once it has ended; null before, and once it may be gone.</summary>
    public string? EndedAs(long id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out var run) && !run.DeleteAsked ? run.End?.Status : null;
        }
    }

    private void Compare(long id, Memory run, SeenEpoch epoch)
    {
        if (epoch.Number >= run.Epochs.Count)
        {
            run.Epochs.Add(epoch);
        }
        else if (run.Epochs[epoch.Number] != epoch)
        {
            Tell(Fault.Differing, id, $"epoch {epoch.Number} is not what it was");
        }

        var undisturbed = golden[run.Kind].Epochs;
        if (epoch.Number >= undisturbed.Count || undisturbed[epoch.Number] != epoch)
        {
            Tell(Fault.Differing, id, $"epoch {epoch.Number} of \"{run.Name}\" is not the undisturbed run's");
        }
    }

    private void Check(Memory run, RunRow row)
    {
        if (row.Name != run.Name)
        {
            Tell(Fault.Lost, row.Id, $"was \"{run.Name}\", and is \"{row.Name}\" now");
        }

        if (row.Token < run.Token)
        {
            Tell(Fault.Stale, row.Id, $"its token fell from {run.Token} to {row.Token}");
        }

        if (run.Epochs.Count - 1 is var shown && shown > (row.LastEpoch ?? -1))
        {
            Tell(Fault.Lost, row.Id, $"epoch {shown} was shown, and its last is {row.LastEpoch?.ToString(CultureInfo.InvariantCulture) ?? "none"} now");
        }

        if (run.End is { } end && (row.Status, row.FinishedAt, row.WeightsSha256, row.Token) != (end.Status, end.FinishedAt, end.WeightsSha256, end.Token))
        {
            Tell(Fault.Duplicated, row.Id, $"had ended as {end.Status} with token {end.Token}, and is {row.Status} with token {row.Token}");
        }

        run.Token = row.Token;
        run.End ??= row.FinishedAt is null ? null : row;
    }

    private void CheckEnd(Memory run, RunRow row)
    {
        var undisturbed = golden[run.Kind];
        if (row.FinishedAt is null)
        {
            Tell(Fault.Lost, row.Id, $"\"{row.Name}\" did not end; it is {row.Status} at epoch {row.LastEpoch}");
        }
        else if (row.Status == "Cancelled" && run.CancelAsked)
        {
            return; // its history is a part of the undisturbed one, as has been checked
        }
        else if (row.Status != undisturbed.Status || row.WeightsSha256 != undisturbed.WeightsSha256)
        {
            Tell(Fault.Differing, row.Id, $"\"{row.Name}\" ended as {row.Status} with weights {row.WeightsSha256}, undisturbed as {undisturbed.Status} with {undisturbed.WeightsSha256}");
        }
        else if (run.Epochs.Count != undisturbed.Epochs.Count)
        {
            Tell(Fault.Lost, row.Id, $"\"{row.Name}\" has {run.Epochs.Count} epochs, undisturbed {undisturbed.Epochs.Count}");
        }
    }

    private Memory Of(long id, string name) => _runs.TryGetValue(id, out var run) ? run : _runs[id] = new(name, kindOf(name));

    private void Tell(Fault fault, long? id, string sentence)
    {
        if (_told.Add((fault, id)))
        {
            _findings.Add(new(fault, id, sentence));
        }
    }

    private void Locked(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }

    private sealed class Memory(string name, string kind)
    {
        public string Name { get; } = name;

        public string Kind { get; } = kind;

        public bool Accepted { get; set; }

        public bool CancelAsked { get; set; }

        public bool DeleteAsked { get; set; }

        public bool Deleted { get; set; }

        public long Token { get; set; }

        public RunRow? End { get; set; }

        /// <summary>By number.</summary>
        public List<SeenEpoch> Epochs { get; } = [];
    }
}
